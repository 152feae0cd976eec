import type { JsonObject } from "@scopeward/core";
import type { ApprovalRecord } from "@scopeward/sdk";
import type { HandlerContext } from "./server-context.ts";

/** Where a request's `_meta` may hold the id of the approval that it waits for. */
const approvalKey = "scopeward/approval";

/** The name of our question among those of an `input_required` result. */
const noticeKey = "scopeward_approval";

/** Methods whose result may be `input_required`, by protocol 2026-07-28. */
const asking = new Set(["tools/call", "resources/read", "prompts/get"]);

/** The id that the client handed back. Whatever it is, the stored record is the authority. */
export function handedBack(params: JsonObject): string | undefined {
  const approval = memberOf(params["_meta"], approvalKey);
  if (approval === undefined) return undefined;
  // Nothing that is no text is the id of an approval, and neither is the empty one.
  return typeof approval === "string" ? approval : "";
}

/** What came back of a notice that was given before; undefined where none was. */
export function noticeAnswer(context: HandlerContext): "continue" | "stop" | undefined {
  const response = context.mcpReq?.inputResponses?.[noticeKey];
  if (response === undefined) return undefined;
  return response.action === "accept" ? "continue" : "stop";
}

/**
 * Whether the user at the client can be told that a call waits. SDK v2 only, which turns the result into
 * a question of protocol 2025-11-25 for a client that speaks that one.
 * @param declared - the capabilities that the client declared with `initialize`.
 */
export function canNotify(method: string, context: HandlerContext, declared: unknown): boolean {
  if (context.mcpReq === undefined || !asking.has(method)) return false;
  const envelope = context.mcpReq.envelope?.["io.modelcontextprotocol/clientCapabilities"];
  const elicitation = memberOf(envelope ?? declared, "elicitation");
  if (typeof elicitation !== "object" || elicitation === null) return false;
  return "form" in elicitation || Object.keys(elicitation).length === 0;
}

/**
 * Tells the user at the client what the call waits for. They are the caller's own user, so their answer
 * approves nothing: it only says when to look at the stored record again. The result carries no state: an
 * equal call of the same key finds the record by itself, and nothing that a client sends can stand for it.
 */
export function approvalNotice({ id }: ApprovalRecord): JsonObject {
  const message = `approval ${id} is needed first; continue once somebody has approved it`;
  const requestedSchema = { type: "object", properties: {} };
  return {
    resultType: "input_required",
    inputRequests: {
      [noticeKey]: {
        method: "elicitation/create",
        params: { mode: "form", message, requestedSchema },
      },
    },
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
