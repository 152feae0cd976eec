import assert from "node:assert/strict";
import { accessRequestSchema, isRfc3339 } from "@scopeward/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { accessRequestText, defaultRequestLimits } from "../../src/request/access-request-text.ts";
import { hostileValue, made, spoiled } from "./hostile-value.ts";
import { soundRequest } from "./sound-values.ts";

const isAccessRequest = new Ajv2020({
  strict: false,
  formats: { "date-time": isRfc3339 },
}).compile(accessRequestSchema);

/**
 * Whatever is asked is either written as JSON of an AccessRequest or denied with an `engine:input_*`
 * code; nothing throws, and nothing of the value's own code runs.
 */
export function fuzzRequests(numRuns: number): void {
  const request = fc.oneof(hostileValue, made(soundRequest), spoiled(soundRequest));
  fc.assert(
    fc.property(request, (make) => {
      const result = accessRequestText(make(), defaultRequestLimits);
      if (result.kind === "text") {
        assert(isAccessRequest(JSON.parse(result.text)));
        assert(result.text.isWellFormed());
      } else {
        const [reason] = result.decision.reasons;
        assert.match(reason?.code ?? "", /^engine:input_(?:invalid|too_large)$/u);
        assert.equal(result.decision.effect, "deny");
      }
    }),
    { numRuns },
  );
}
