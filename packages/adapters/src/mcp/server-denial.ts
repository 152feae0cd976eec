import type { JsonObject } from "@scopeward/core";
import { type ApprovalNeeded, type Denial, type Denied, denialOf } from "@scopeward/sdk";
import { deniedError, deniedToolResult } from "./transport-denial.ts";
import { errorCode } from "./transport-message.ts";

/**
 * A denial as a JSON-RPC error, where the protocol has no result that could carry one. SDK and client
 * take `code` and `data` from it as they are.
 */
export class McpDenialError extends Error {
  override readonly name = "McpDenialError";
  readonly code: number = errorCode.denied;
  /** `codes`, and where there are such `missingScopes` and `approval`, for programs. */
  readonly data: unknown;

  constructor(denial: Denial) {
    super(denial.message);
    this.data = deniedError(denial).error?.["data"];
  }
}

/** What every answer that is no result of the handler says. */
export function denialFor(outcome: Denied | ApprovalNeeded): Denial {
  return denialOf(outcome.decision, outcome.kind === "approval" ? outcome.approval.id : undefined);
}

/**
 * The result of a tool that did not run, or whose result is withheld. `isError` keeps both the SDKs and
 * their clients from holding it against the tool's output schema.
 * @param hint - says to the model what in its arguments does not fit.
 */
export function denialResult(denial: Denial, hint: string | undefined): JsonObject {
  const message = hint === undefined ? denial.message : `${denial.message}\n${hint}`;
  return deniedToolResult({ ...denial, message }, false).result ?? {};
}
