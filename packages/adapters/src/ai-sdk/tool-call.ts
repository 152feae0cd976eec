import { asSchema } from "ai";
import type { ModelMessage, Tool, ToolSet } from "ai";
import type { Decision } from "@scopeward/core";
import type { Permit, Run, ToolBody, ToolCall } from "@scopeward/sdk";
import type { ToolGuardOptions } from "./guard-options.ts";
import { surroundingsOf } from "./guard-options.ts";

/** One call, as the framework tells it. */
export interface FrameworkCall {
  readonly name: string;
  /** Parsed by the tool's schema. */
  readonly input: unknown;
  readonly toolCallId: string;
  readonly inputSchema: Tool["inputSchema"] | ToolSet[string]["inputSchema"] | undefined;
  /** Of the tool, from `toolsContext`. */
  readonly context?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The call as the Enforcer takes it. */
export function toolCallOf(options: ToolGuardOptions, call: FrameworkCall): ToolCall {
  const { name, input, toolCallId, inputSchema, context, signal } = call;
  const policyArgs =
    options.policyArgs !== undefined && Object.hasOwn(options.policyArgs, name)
      ? options.policyArgs[name]
      : undefined;
  return {
    ...surroundingsOf(options, context),
    tool: name,
    args: input,
    arguments: policyArgs ?? { parse: (args) => parsed(inputSchema, args) },
    callId: toolCallId,
    ...(signal === undefined ? {} : { signal }),
  };
}

/**
 * Runs a call, with the permit that it has already if that is still good. What the messages say of an approval counts for nothing: the call finds its own question
 * again, by tool, input and id, and goes on only with what was answered there.
 */
export async function runToolCall<R, A>(
  { enforcer }: ToolGuardOptions,
  call: ToolCall,
  early: Permit | undefined,
  messages: readonly ModelMessage[],
  body: ToolBody<R, A>,
): Promise<Run<R>> {
  if (early !== undefined) {
    const execution = await enforcer.execute(early, body);
    if (execution.kind === "done" || !isOutdated(execution.decision)) return execution;
  }
  const run = await enforcer.run(call, body);
  if (run.kind !== "approval") return run;
  return isAnswered(messages, call.callId)
    ? await enforcer.run({ ...call, approval: run.approval.id }, body)
    : run;
}

/** Whether nothing ran because the model wrote on for longer than a permit is good. */
function isOutdated({ reasons }: Decision): boolean {
  return reasons.some(({ code }) => code === "engine:permit_invalid");
}

async function parsed(schema: FrameworkCall["inputSchema"], args: unknown): Promise<unknown> {
  const validation = await asSchema(schema as Tool["inputSchema"]).validate?.(args);
  if (validation === undefined) return args;
  if (!validation.success) throw validation.error;
  return validation.value;
}

/** Whether somebody claims that the call was approved. */
function isAnswered(messages: readonly ModelMessage[], toolCallId: string | undefined): boolean {
  const asked = new Set<string>();
  for (const { role, content } of messages) {
    if (typeof content === "string") continue;
    for (const part of content) {
      if (part.type === "tool-approval-request" && part.toolCallId === toolCallId) {
        asked.add(part.approvalId);
      }
      if (role === "tool" && part.type === "tool-approval-response" && asked.has(part.approvalId)) {
        return true;
      }
    }
  }
  return false;
}
