import { expect, test } from "vitest";
import { closedSchema } from "../src/closed-schema.ts";

const check = closedSchema({
  type: "object",
  additionalProperties: false,
  required: ["phase"],
  properties: { phase: { enum: ["list", "call"] }, id: { type: "string" } },
});

test("what fits is no fault", () => {
  expect(check({ phase: "list" })).toBeUndefined();
});

test("a fault has its place and the values that are allowed, and never the one that was given", () => {
  const fault = check({ phase: "s3cret" });
  expect(fault).toContain("`/phase`");
  expect(fault).toContain("`list`, `call`");
  expect(fault).not.toContain("s3cret");
  expect(check({ phase: "list", s3cret: 1 })).not.toContain("s3cret");
  expect(check({ phase: "list", id: 5 })).toContain("`/id`");
});
