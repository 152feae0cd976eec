import { fc } from "@fast-check/vitest";
import { keyLimits } from "@scopeward/core";
import type { AccessRequest } from "@scopeward/core";
import { openScopeward } from "scopeward";
import type { Ward } from "scopeward";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";
import { accessRequests, referenceVocabulary } from "./access-request.ts";

let ward: Ward;

beforeAll(async () => {
  ward = await openScopeward({ policies: `${repositoryRoot}/policies` });
});
afterAll(async () => await ward.close());

const constraintLists = fc.dictionary(
  fc.constantFrom("dataset", "tool", "model", "cidr", "repository", "constructor"),
  fc.oneof(
    fc.subarray(["sales", "web_traffic", "acme/shop", "sql_query", "list_datasets", "refund"]),
    fc.constantFrom(null, 5, "sales", true),
  ),
  { maxKeys: 3 },
);

/** The limits that TypeScript finds, against what the Rego library answers for the same request. */
function agrees(request: AccessRequest): void {
  const limits = keyLimits(ward.catalogue, request);
  const decision = ward.decide(request);
  if (decision.reasons.some(({ code }) => code === "engine:input_invalid")) return;
  expect(limits.length === 0 || decision.effect === "deny").toBe(true);
  const codes = new Set(decision.reasons.map(({ code }) => code));
  for (const { code } of limits) expect(codes).toContain(code);
  const own = [...codes].filter((code) =>
    /^(?:scope|key):|^engine:resource_underived$/u.test(code),
  );
  expect(own.length > 0).toBe(limits.length > 0);
}

test("a key's limits in TypeScript are those of the Rego library", () => {
  fc.assert(fc.property(accessRequests(ward.catalogue, referenceVocabulary), agrees), {
    numRuns: 2000,
  });
  fc.assert(
    fc.property(
      accessRequests(ward.catalogue, referenceVocabulary),
      constraintLists,
      (request, constraints) => agrees({ ...request, key: { ...request.key, constraints } }),
    ),
    { numRuns: 2000 },
  );
});

test("a name that every object has is no tool, model or constraint", () => {
  const request: AccessRequest = {
    phase: "call",
    subject: { type: "user", id: "ada" },
    key: { id: "1", audience: "internal", scopes: ["**"] },
    action: { type: "tool", name: "constructor" },
    context: { time: "2026-01-31T12:00:00Z" },
  };
  expect(keyLimits(ward.catalogue, request)).toEqual([{ code: "scope:unknown" }]);
});
