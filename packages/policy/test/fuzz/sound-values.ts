import type { AccessRequest } from "@scopeward/core";
import * as fc from "fast-check";

const name = fc.string({ minLength: 1, maxLength: 8 });
const open = fc.dictionary(
  fc.string({ maxLength: 8 }).filter((text) => text !== "__proto__"),
  fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  ),
  { maxKeys: 4 },
);
const party = fc.record(
  { type: name, id: name, properties: open },
  { requiredKeys: ["type", "id"], noNullPrototype: true },
);
const scopes = fc.array(fc.constantFrom("notes:read", "notes:*", "**", "no scope"), {
  maxLength: 3,
});

/** An AccessRequest that matches the schema. */
export const soundRequest: fc.Arbitrary<AccessRequest> = fc.record(
  {
    phase: fc.constant("call" as const),
    subject: party,
    actors: fc.array(party, { maxLength: 2 }),
    key: fc.record(
      {
        id: name,
        audience: fc.constantFrom("internal" as const, "external" as const),
        scopes,
        constraints: open,
      },
      { requiredKeys: ["id", "audience", "scopes"], noNullPrototype: true },
    ),
    action: fc.record(
      {
        type: fc.constantFrom("tool" as const, "model" as const),
        name: fc.constantFrom("read_note", "x"),
      },
      { noNullPrototype: true },
    ),
    resource: party,
    args: open,
    context: fc.record({ time: fc.constant("2026-01-31T12:00:00Z") }, { noNullPrototype: true }),
  },
  { requiredKeys: ["phase", "subject", "key", "action", "context"], noNullPrototype: true },
) as fc.Arbitrary<AccessRequest>;

const code = fc.constantFrom("a", "b", "scope:missing", "engine:timeout", "Not a code", "");
const reason = fc.record(
  { code, message: fc.string() },
  { requiredKeys: ["code"], noNullPrototype: true },
);

/** An answer that is a Decision, or nearly. */
export const nearDecision: fc.Arbitrary<unknown> = fc.record(
  {
    effect: fc.constantFrom("allow", "deny", "require_approval"),
    reasons: fc.array(reason, { maxLength: 3 }),
    obligations: fc.array(fc.dictionary(fc.constantFrom("type", "fields", "a"), fc.jsonValue()), {
      maxLength: 2,
    }),
    args: open,
    missing_scopes: fc.array(fc.string(), { maxLength: 2 }),
  },
  { requiredKeys: ["effect", "reasons", "obligations"], noNullPrototype: true },
);
