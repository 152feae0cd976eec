import { pointerValue } from "@scopeward/core";
import type { JsonObject, JsonValue, Obligation } from "@scopeward/core";
import { withoutTokens } from "../enforcement/written-text.ts";
import { defineObligation } from "../obligation.ts";
import type { BeforeObligation } from "../obligation.ts";
import { ObligationError } from "./obligation-error.ts";
import { pointerList } from "./pointer-list.ts";

/** Bytes of one value, and of all, as JSON. */
const maxValueBytes = 1_024;
const maxBytes = 8_192;

/**
 * `{"type": "audit", "fields": ["/to"], "note": "outside"}`: writes arguments into the outcome entry of
 * the audit log, as `{values: {"/to": …}, note}`. A field is a JSON pointer into the final arguments; one
 * that finds nothing is left out. A token is written as `[token]`. A value above 1 KiB, or 8 KiB of them,
 * denies the call: what was to be on record would not be.
 */
export const audit: BeforeObligation<"audit"> = defineObligation({
  type: "audit",
  phase: "before",
  parameters: {
    type: "object",
    properties: { fields: pointerList, note: { type: "string", maxLength: 1024 } },
    additionalProperties: false,
  },
  fulfil: ({ obligation, args, signal }) => {
    signal.throwIfAborted();
    const { fields, note } = obligation as Obligation & {
      readonly fields?: readonly string[];
      readonly note?: string;
    };
    return onRecord({
      ...(fields === undefined ? {} : { values: valuesAt(args, fields) }),
      ...(note === undefined ? {} : { note }),
    });
  },
});

function valuesAt(args: JsonObject, fields: readonly string[]): JsonObject {
  let bytes = 0;
  const values: [string, JsonValue][] = [];
  for (const field of fields) {
    const value = pointerValue(args, field);
    if (value === undefined) continue;
    const size = Buffer.byteLength(JSON.stringify(value));
    bytes += size;
    if (size > maxValueBytes || bytes > maxBytes) {
      throw new ObligationError("too_large", `\`${field}\` is too large for the audit log`);
    }
    values.push([field, value]);
  }
  return Object.fromEntries(values);
}

// A token has no character that JSON escapes, so it is found in names of members as well.
function onRecord(report: JsonObject): JsonObject {
  return JSON.parse(withoutTokens(JSON.stringify(report))) as JsonObject;
}
