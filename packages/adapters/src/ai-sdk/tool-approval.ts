import { isDeepStrictEqual } from "node:util";
import type { ModelMessage, ToolApprovalStatus, ToolSet } from "ai";
import { engineDeny } from "@scopeward/core";
import { denialOf } from "@scopeward/sdk";
import type { Allowed, Denial } from "@scopeward/sdk";
import { checkEnforcer } from "../enforcer-option.ts";
import { keepPermit } from "./early-permits.ts";
import type { ToolGuardOptions } from "./guard-options.ts";
import { callerOf } from "./guard-options.ts";
import { isGuarded } from "./guard-tools.ts";
import { toolCallOf } from "./tool-call.ts";

/** What the framework tells of a call that may need approval. */
export interface ApprovalQuestion<TOOLS extends ToolSet = ToolSet> {
  readonly toolCall: {
    readonly toolName: string;
    readonly toolCallId: string;
    readonly input: unknown;
  };
  readonly tools: TOOLS | undefined;
  readonly toolsContext: unknown;
  readonly messages: ModelMessage[];
}

/**
 * Tells the framework, before a tool runs, what the policies say: what is denied is shown as denied,
 * with the reason, and what a person has to allow is parked, with the id of the approval in the reason.
 *
 * It explains and parks; it opens nothing. A client may claim that a call was approved: `guardTools`
 * asks again, and the stored record is the authority. What this gives never rejects: that would end the
 * whole run.
 *
 * @throws TypeError for an option `enforcer` that is none.
 */
export function toolApproval<TOOLS extends ToolSet = ToolSet>(
  options: ToolGuardOptions,
): (question: ApprovalQuestion<TOOLS>) => Promise<ToolApprovalStatus> {
  checkEnforcer(options.enforcer);
  return async (question) => {
    try {
      return await statusOf(question, options);
    } catch {
      return denied(denialOf(engineDeny("engine:evaluation_failed")));
    }
  };
}

/**
 * The id of the approval that a parked call waits for.
 * @param reason - of the framework's `tool-approval-request`; what a policy's own message says in it
 *   does not count.
 */
export function approvalIn(reason: string | undefined): string | undefined {
  return /\(approval (?<id>[\w-]+)\); do not try again before that$/u.exec(reason ?? "")?.groups?.[
    "id"
  ];
}

async function statusOf(
  { toolCall, tools, toolsContext, messages }: ApprovalQuestion,
  options: ToolGuardOptions,
): Promise<ToolApprovalStatus> {
  const { toolName: name, toolCallId, input } = toolCall;
  const { enforcer } = options;
  const tool = own(tools, name);
  const context = own(toolsContext, name);
  const inputSchema = tool?.inputSchema;
  const call = toolCallOf(options, { name, input, toolCallId, inputSchema, context });
  const isOurs = isGuarded(tool);
  let answer = await enforcer.authorize(call);
  if (answer.kind === "approval" && answer.approval.status === "pending") {
    const asked = await enforcer.ask(answer.approval);
    if (asked?.kind === "answered") answer = await enforcer.authorize(call);
  }
  if (answer.kind === "approval" && answer.approval.status === "approved") {
    // Whoever runs the tool uses the approval up: `guardTools`, or we where nobody does.
    if (isOurs) return "not-applicable";
    answer = await enforcer.authorize({ ...call, approval: answer.approval.id });
  }
  if (answer.kind === "deny") return denied(denialOf(answer.decision));
  if (answer.kind === "approval") {
    return { type: "user-approval", reason: denialOf(answer.decision, answer.approval.id).message };
  }
  if (!isOurs) return await handOver(answer, input, call.tool, options);
  // A function here takes the place of the tool's own question, which must not be lost.
  const { needsApproval } = tool ?? {};
  const asks =
    typeof needsApproval === "function"
      ? await needsApproval(input, { toolCallId, messages, context })
      : needsApproval === true;
  if (asks) return "user-approval";
  keepPermit(input, { permit: answer.permit, enforcer, principal: callerOf(options, context) });
  return "not-applicable";
}

/** Lets a tool run that nobody guards, here or elsewhere: nothing can be changed for it, or redacted. */
async function handOver(
  { permit, args, decision }: Allowed,
  input: unknown,
  name: string,
  { enforcer }: ToolGuardOptions,
): Promise<ToolApprovalStatus> {
  if (decision.obligations.length > 0 || !isDeepStrictEqual(args, input)) {
    const message = "neither the arguments nor the result of a tool without a guard can be changed";
    return denied(denialOf(engineDeny("engine:obligation_failed", message)));
  }
  const execution = await enforcer.execute(permit, { name, execute: () => undefined });
  return execution.kind === "done" ? "not-applicable" : denied(denialOf(execution.decision));
}

function denied({ message: reason }: Denial): ToolApprovalStatus {
  return { type: "denied", reason };
}

function own<T>(members: { readonly [name: string]: T } | undefined, name: string): T | undefined;
function own(members: unknown, name: string): unknown;
function own(members: unknown, name: string): unknown {
  if (typeof members !== "object" || members === null || !Object.hasOwn(members, name)) {
    return undefined;
  }
  return (members as Record<string, unknown>)[name];
}
