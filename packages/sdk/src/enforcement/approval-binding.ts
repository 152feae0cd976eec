import { createHash } from "node:crypto";
import type { Action, JsonObject } from "@scopeward/core";
import { canonicalJson } from "@scopeward/core";
import type { Principal } from "../principal.ts";

/** What one question is about. */
export interface BoundQuestion {
  readonly principal: Principal;
  readonly action: Action;
  /** The final arguments. */
  readonly args: JsonObject;
  /** Sorted. */
  readonly codes: readonly string[];
  readonly model?: string;
  readonly callId?: string;
}

/**
 * A digest that is equal for equal questions alone: the same key of the same tenant, subject and actors,
 * the same tool or model, arguments and codes, and the same call of the framework where it names one.
 */
export function approvalBinding(question: BoundQuestion): string {
  const { principal, action, args, codes, model, callId } = question;
  const { tenant, key, subject, actors } = principal;
  const text = canonicalJson({
    tenant,
    key: key.id,
    subject: [subject.type, subject.id],
    actors: actors.map(({ type, id }) => [type, id]),
    action: [action.type, action.name],
    args,
    codes,
    ...(model === undefined ? {} : { model }),
    ...(callId === undefined ? {} : { callId }),
  });
  return createHash("sha256").update(text).digest("base64url");
}
