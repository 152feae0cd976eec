import assert from "node:assert/strict";
import { decisionSchema } from "@scopeward/core";
import type { Decision } from "@scopeward/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { decodeDecision } from "../../src/decision/decode-decision.ts";
import { hostileValue, made, spoiled } from "./hostile-value.ts";
import { nearDecision } from "./sound-values.ts";

const isDecision = new Ajv2020({ strict: false }).compile(decisionSchema);

/** Whatever an evaluator answers is decoded to a Decision by its contract; nothing throws. */
export function fuzzDecisions(numRuns: number): void {
  fc.assert(
    fc.property(fc.oneof(hostileValue, made(nearDecision), spoiled(nearDecision)), (make) => {
      assert(isDecision(asAnswer(decodeDecision(make()))));
    }),
    { numRuns },
  );
}

function asAnswer({ missingScopes, ...decision }: Decision): unknown {
  return missingScopes === undefined ? decision : { ...decision, missing_scopes: missingScopes };
}
