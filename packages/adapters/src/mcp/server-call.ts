import { isJsonObject } from "@scopeward/core";
import type { Enforcer, Run, ToolBody, ToolCall } from "@scopeward/sdk";
import { approvalNotice, canNotify, handedBack, noticeAnswer } from "./server-approval.ts";
import { callerOf, surroundingsOf } from "./server-context.ts";
import type { ServerGuard } from "./server-context.ts";
import { denialFor, denialResult, McpDenialError } from "./server-denial.ts";
import { ToolFailure, unlessFailed } from "./server-failure.ts";
import { offeredOf } from "./server-list.ts";
import { fit } from "./server-registrations.ts";
import type { ServerRequest } from "./server-request.ts";
import { SchemaWords } from "./server-schema-words.ts";
import type { CallTarget } from "./server-target.ts";
import { resultParts } from "./transport-result.ts";
import type { Transform } from "./transport-result.ts";

/** Has the Enforcer decide on a request, and run the server's own handler if it may. */
export async function guardedCall(
  guard: ServerGuard,
  request: ServerRequest,
  target: CallTarget,
): Promise<unknown> {
  const { enforcer } = guard;
  const { method, params, context, next } = request;
  const caller = { ...callerOf(context, guard.connection, enforcer), ...surroundingsOf(context) };
  const approval = handedBack(params);
  const schema = new SchemaWords(target.arguments);
  const call = {
    ...caller,
    args: target.args,
    arguments: schema.arguments,
    ...(approval === undefined ? {} : { approval }),
  };
  const body: ToolBody<unknown, unknown> = {
    name: target.tool,
    execute: (args) => unlessFailed(() => next(target.params(args))),
    parts: (result, transform) => transformed(guard, method, target, result, transform),
    isSignal: isUrlElicitation,
  };
  const answer = noticeAnswer(context);
  let outcome: Run<unknown>;
  try {
    outcome =
      answer === "stop" ? await stopped(enforcer, call, body) : await enforcer.run(call, body);
  } catch (error) {
    if (error instanceof ToolFailure) return error.result;
    throw error;
  }
  if (outcome.kind === "done") return outcome.result;
  if (outcome.kind === "approval" && answer === undefined) {
    const isHeard = canNotify(method, context, guard.clientCapabilities());
    if (isHeard) return approvalNotice(outcome.approval);
  }
  const denial = denialFor(outcome);
  if (!target.hasErrorResult || guard.denyWith === "error") throw new McpDenialError(denial);
  // The schema of a tool that is hidden from the caller is hidden too.
  const isOffered =
    schema.refusal !== undefined && (await offeredOf(guard, request, [target.tool])).size > 0;
  return denialResult(denial, isOffered ? schema.refusal : undefined);
}

/**
 * The client's user would not wait any longer: a call that a person approved in the meantime stays
 * approved, and is not run now.
 */
async function stopped(
  enforcer: Enforcer,
  call: Omit<ToolCall, "tool">,
  body: ToolBody<unknown, unknown>,
): Promise<Run<unknown>> {
  const authorization = await enforcer.authorize({ ...call, tool: body.name } as ToolCall);
  return authorization.kind === "allow"
    ? await enforcer.execute(authorization.permit, body)
    : authorization;
}

async function transformed(
  guard: ServerGuard,
  method: string,
  target: CallTarget,
  result: unknown,
  transform: Transform,
): Promise<unknown> {
  if (!isJsonObject(result)) return transform(result);
  const left = await resultParts(method)(result, transform);
  // What no longer fits is withheld here: the SDK's own complaint would hide why.
  const output = target.hasErrorResult ? guard.registrations.toolOutput(target.tool) : undefined;
  const { isError, structuredContent } = left;
  if (isError !== true && structuredContent !== undefined)
    await fitOutput(output, structuredContent);
  return left;
}

/** SDK v2 gives a client of protocol 2025-11-25 what is no object as the member `result` of one. */
async function fitOutput(schema: unknown, content: unknown): Promise<void> {
  const wrapped = isJsonObject(content) && Object.keys(content).length === 1 && content["result"];
  try {
    await fit(schema, content);
  } catch (error) {
    if (wrapped === false || wrapped === undefined) throw error;
    await fit(schema, wrapped);
  }
}

/** Asks the client's user to visit a page, by an error of protocol 2025-11-25. */
function isUrlElicitation(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === -32_042;
}
