import type { Effect } from "@scopeward/core";
import { fc, test } from "@fast-check/vitest";
import { fileURLToPath } from "node:url";
import { openScopeward } from "scopeward";
import { afterAll, describe, expect, it } from "vitest";
import { accessRequests, referenceVocabulary } from "./access-request.ts";
import { withoutEachOptionalMember } from "./optional-members.ts";

const policies = fileURLToPath(new URL("../../policies", import.meta.url));
const ward = await openScopeward({ policies });
afterAll(() => ward.close());

const requests = accessRequests(ward.catalogue, referenceVocabulary);

describe("what is left out of a request opens nothing", () => {
  test.prop([requests], { numRuns: 1000 })(
    "a request that is not allowed stays so without any optional member",
    (request) => {
      fc.pre(ward.decide(request).effect !== "allow");
      const opened = [...withoutEachOptionalMember(request)].filter(
        (reduced) => ward.decide(reduced.request).effect === "allow",
      );
      expect(opened).toEqual([]);
    },
  );

  it("is tried on requests that the rules themselves decide", () => {
    const effects = new Map<Effect, number>();
    const codes = new Set<string>();
    for (const request of fc.sample(requests, { numRuns: 12_000, seed: 7 })) {
      const { effect, reasons } = ward.decide(request);
      effects.set(effect, (effects.get(effect) ?? 0) + 1);
      for (const { code } of reasons) codes.add(code);
    }
    for (const effect of ["allow", "deny", "require_approval"] as const) {
      expect(effects.get(effect) ?? 0, effect).toBeGreaterThan(10);
    }
    for (const code of [
      "dataset_not_reviewed",
      "engine:resource_underived",
      "key:constraint",
      "large_export",
      "large_refund",
      "not_a_developer",
      "operation_not_offered",
      "path_not_plain",
      "protected_path",
      "scope:missing",
    ]) {
      expect(codes).toContain(code);
    }
  });
});
