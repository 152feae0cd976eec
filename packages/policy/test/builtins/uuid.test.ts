import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  [
    "uuid.parse",
    ['"000003e8-48b9-11ee-be56-325096b39f47"'],
    '{"clocksequence":15958,"macvariables":"local:unicast","nodeid":"32-50-96-b3-9f-47","time":1693566990121469600,"variant":"RFC4122","version":1}',
  ],
  [
    "uuid.parse",
    ['"urn:UUID:000003e8-48b9-21ee-b200-325096b39f47"'],
    '{"clocksequence":12800,"domain":"Person","id":1000,"macvariables":"local:unicast","nodeid":"32-50-96-b3-9f-47","time":1693566990121469600,"variant":"RFC4122","version":2}',
  ],
  ["uuid.parse", ['"{00000000-0000-4000-8000-000000000000}"'], '{"variant":"RFC4122","version":4}'],
  ["uuid.parse", ['"000003e848b951eec200315096b39f47"'], '{"variant":"Microsoft","version":5}'],
  ["uuid.parse", ['"000003e8-48b9-11ee-be56-325096b39f4"'], "undefined"],
  ["uuid.parse", ['"000003e8_48b9-11ee-be56-325096b39f47"'], "undefined"],
  ["uuid.parse", ["1"], "fails"],
];

describe("uuids", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
