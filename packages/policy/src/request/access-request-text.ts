import { accessRequestSchema, engineDeny } from "@scopeward/core";
import type { Decision } from "@scopeward/core";
import { closedSchema } from "../closed-schema.ts";
import type { JsonLimits } from "./json-writer.ts";
import { writeJson } from "./json-writer.ts";

/** An AccessRequest as the evaluator takes it, or the deny that answers what is none. */
export type AccessRequestText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "denied"; readonly decision: Decision };

/** What a request may be where nobody says otherwise: 1 MiB, nested 64 deep. */
export const defaultRequestLimits: JsonLimits = { bytes: 1024 * 1024, depth: 64 };

/** The check by the AccessRequest's schema. */
export const accessRequestFault: ReturnType<typeof closedSchema> =
  closedSchema(accessRequestSchema);

/**
 * Checks what somebody asks and writes it as JSON. Never throws. A member whose value is `undefined`
 * is refused, not left out: a key whose constraints were forgotten must not pass for one without.
 */
export function accessRequestText(request: unknown, limits: JsonLimits): AccessRequestText {
  const written = writeJson(request, limits);
  if (written.kind !== "text") {
    const code = written.kind === "invalid" ? "engine:input_invalid" : "engine:input_too_large";
    return { kind: "denied", decision: engineDeny(code, `the request ${written.detail}`) };
  }
  const fault = accessRequestFault(request);
  if (fault === undefined) return written;
  return {
    kind: "denied",
    decision: engineDeny("engine:input_invalid", `the request is invalid: ${fault}`),
  };
}
