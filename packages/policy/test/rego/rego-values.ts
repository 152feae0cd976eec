import { fc } from "@fast-check/vitest";
import { RegoObject, RegoSet, type RegoValue } from "../../src/rego/value.ts";

const text = fc.string({ unit: "grapheme", maxLength: 6 }).filter((value) => value.isWellFormed());
const scalar: fc.Arbitrary<RegoValue> = fc.oneof(
  fc.constantFrom<RegoValue>(null, true, false),
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
    .map((value) => value + 0),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 90n }),
  text,
);

/** Values of all types, sets and objects with keys of any kind among them. */
export const regoValue: fc.Arbitrary<RegoValue> = fc.letrec<{ value: RegoValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => RegoSet.of(items)),
    fc
      .array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 })
      .map((entries) => RegoObject.of(entries)),
  ),
})).value;
