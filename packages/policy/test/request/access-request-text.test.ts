import type { JsonObject } from "@scopeward/core";
import { describe, expect, it } from "vitest";
import { accessRequestText, defaultRequestLimits } from "../../src/request/access-request-text.ts";
import { accessRequest } from "../access-request.ts";

function codeOf(request: unknown, limits = defaultRequestLimits): string | undefined {
  const result = accessRequestText(request, limits);
  return result.kind === "denied" ? result.decision.reasons[0]?.code : undefined;
}

function messageOf(request: unknown): string {
  const result = accessRequestText(request, defaultRequestLimits);
  return result.kind === "denied" ? (result.decision.reasons[0]?.message ?? "") : "";
}

it("a request goes to the evaluator as its JSON", () => {
  expect(accessRequestText(accessRequest, defaultRequestLimits)).toEqual({
    kind: "text",
    text: JSON.stringify(accessRequest),
  });
});

describe("a request that does not match the schema is invalid", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", JSON.stringify(accessRequest)],
    ["an array", [accessRequest]],
    ["an unknown member", { ...accessRequest, sbject: {} }],
    ["an unknown phase", { ...accessRequest, phase: "execute" }],
    ["no key", { ...accessRequest, key: undefined }],
    ["a null member", { ...accessRequest, resource: null }],
    ["arguments at list", { ...accessRequest, phase: "list" }],
    ["a time that does not exist", { ...accessRequest, context: { time: "2026-02-30T12:00:00Z" } }],
    ["a scope that is no text", { ...accessRequest, key: { ...accessRequest.key, scopes: [1] } }],
  ])("%s", (_, request) => {
    expect(codeOf(request)).toBe("engine:input_invalid");
  });
});

describe("a member that is undefined is not taken for one that is absent", () => {
  it.each<[string, JsonObject | object]>([
    ["arguments", { ...accessRequest, args: undefined }],
    [
      "constraints of the key",
      { ...accessRequest, key: { ...accessRequest.key, constraints: undefined } },
    ],
    [
      "one constraint",
      { ...accessRequest, key: { ...accessRequest.key, constraints: { dataset: undefined } } },
    ],
  ])("%s", (_, request) => {
    expect(codeOf(request)).toBe("engine:input_invalid");
  });
});

it("a request beyond the limits is too large", () => {
  const nest = (depth: number): JsonObject => (depth === 0 ? {} : { a: nest(depth - 1) });
  expect(codeOf({ ...accessRequest, args: nest(62) })).toBeUndefined();
  expect(codeOf({ ...accessRequest, args: nest(63) })).toBe("engine:input_too_large");
  expect(codeOf({ ...accessRequest, args: { text: "x".repeat(1024 * 1024) } })).toBe(
    "engine:input_too_large",
  );
  expect(codeOf(accessRequest, { bytes: 100, depth: 64 })).toBe("engine:input_too_large");
});

describe("the reason helps, and never tells a value", () => {
  it("names the place", () => {
    expect(messageOf({ ...accessRequest, subject: { type: "user", id: 1 } })).toContain(
      "/subject/id",
    );
  });

  it.each<[string, unknown]>([
    ["wrong type", { ...accessRequest, subject: { type: "user", id: { s3cret: "s3cret" } } }],
    ["wrong choice", { ...accessRequest, phase: "s3cret" }],
    ["unknown member", { ...accessRequest, s3cret: "s3cret" }],
    ["wrong format", { ...accessRequest, context: { time: "s3cret" } }],
    ["not JSON", { ...accessRequest, args: { s3cret: Symbol("s3cret") } }],
  ])("%s", (_, request) => {
    expect(messageOf(request)).not.toBe("");
    expect(messageOf(request)).not.toContain("s3cret");
  });
});
