import assert from "node:assert/strict";
import type { AdapterHarness, Capability } from "./harness.ts";
import { World } from "./world.ts";

/** One rule that every adapter keeps. */
export interface AdapterCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** What a harness has to be able to for it. */
  readonly needs: readonly Capability[];
  /** Rejects with an AssertionError where the adapter breaks the rule. Needs no test runner. */
  readonly run: (harness: AdapterHarness) => Promise<void>;
}

/** What a case is made of, besides its name and its check. */
export interface CaseOptions {
  readonly needs?: readonly Capability[];
  /** Whether a port hangs in it; its deadline is short then. */
  readonly hangs?: boolean;
}

/** A case with a world of its own, which is closed whatever comes of the check. */
export function adapterCase(
  name: string,
  { needs = [], hangs = false }: CaseOptions,
  check: (world: World, harness: AdapterHarness) => Promise<void>,
): AdapterCase {
  return {
    name,
    needs,
    run: async (harness) => {
      const lacking = needs.filter((each) => !harness.capabilities.includes(each));
      assert.deepEqual(lacking, [], `${harness.name} lacks what this needs: skip it by name`);
      const world = new World(harness, hangs);
      try {
        await check(world, harness);
      } finally {
        await world.close();
      }
    },
  };
}
