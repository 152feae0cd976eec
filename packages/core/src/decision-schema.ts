import type { JsonObject } from "./json.ts";

/**
 * The closed JSON Schema (draft 2020-12) of a Decision as a policy writes it, with `missing_scopes`
 * in snake case. Whatever does not match is `engine:output_malformed`.
 */
export const decisionSchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Decision",
  type: "object",
  additionalProperties: false,
  required: ["effect", "reasons", "obligations"],
  properties: {
    effect: { enum: ["allow", "deny", "require_approval"] },
    reasons: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["code"],
        properties: {
          code: {
            type: "string",
            pattern: "^(?:[a-z][a-z0-9_]*|(?:scope|key|engine):[a-z][a-z0-9_]*)$",
          },
          message: { type: "string" },
        },
      },
    },
    obligations: {
      type: "array",
      items: {
        type: "object",
        required: ["type"],
        properties: { type: { type: "string", pattern: "^[a-z][a-z0-9_]*$" } },
      },
    },
    args: { type: "object" },
    missing_scopes: { type: "array", minItems: 1, items: { type: "string" } },
  },
  allOf: [
    {
      if: { properties: { effect: { const: "allow" } } },
      // oxlint-disable-next-line unicorn/no-thenable -- `then` is JSON Schema's keyword
      then: { properties: { reasons: { maxItems: 0 }, missing_scopes: false } },
      else: { properties: { reasons: { minItems: 1 } } },
    },
    {
      if: { properties: { effect: { const: "deny" } } },
      // oxlint-disable-next-line unicorn/no-thenable -- `then` is JSON Schema's keyword
      then: { properties: { obligations: { maxItems: 0 }, args: false } },
      else: { properties: { missing_scopes: false } },
    },
  ],
};
