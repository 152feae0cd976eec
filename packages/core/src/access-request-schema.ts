import type { JsonObject } from "./json.ts";

const name: JsonObject = { type: "string", minLength: 1 };
const open: JsonObject = { type: "object" };

const party: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["type", "id"],
  properties: { type: name, id: name, properties: open },
};

/**
 * The closed JSON Schema (draft 2020-12) of an AccessRequest. It rules at run time (what does not
 * match is `engine:input_invalid`) and feeds the compiler's type checker, so that `input.sbject` is
 * an error at `check`. Format `date-time` is RFC 3339, see `isRfc3339`.
 */
export const accessRequestSchema: JsonObject = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "AccessRequest",
  type: "object",
  additionalProperties: false,
  required: ["phase", "subject", "key", "action", "context"],
  properties: {
    phase: { type: "string", enum: ["list", "call"] },
    subject: party,
    actors: { type: "array", items: party },
    key: {
      type: "object",
      additionalProperties: false,
      required: ["id", "audience", "scopes"],
      properties: {
        id: name,
        audience: { type: "string", enum: ["internal", "external"] },
        scopes: { type: "array", items: { type: "string" } },
        constraints: open,
        chain: {
          type: "array",
          items: {
            type: "object",
            additionalProperties: false,
            required: ["id"],
            properties: { id: name },
          },
        },
      },
    },
    action: {
      type: "object",
      additionalProperties: false,
      required: ["type", "name"],
      properties: { type: { type: "string", enum: ["tool", "model"] }, name },
    },
    resource: party,
    args: open,
    approval: {
      type: "object",
      additionalProperties: false,
      required: ["id", "approver", "codes", "at"],
      properties: {
        id: name,
        approver: party,
        codes: { type: "array", items: { type: "string" } },
        at: { type: "string", format: "date-time" },
      },
    },
    context: {
      type: "object",
      additionalProperties: false,
      required: ["time"],
      properties: {
        time: { type: "string", format: "date-time" },
        ip: { type: "string" },
        tenant: name,
        session: { type: "string" },
        facts: open,
      },
    },
  },
  if: { properties: { phase: { const: "list" } } },
  // oxlint-disable-next-line unicorn/no-thenable -- `then` is JSON Schema's keyword
  then: { properties: { args: false } },
};
