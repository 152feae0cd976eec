import { AssertionError } from "node:assert";
import { expect, test } from "vitest";
import { adapterCases } from "../../src/conformance.ts";
import { plainHarness } from "./plain-adapter.ts";
import { sabotagedAdapters } from "./sabotaged-adapters.ts";

test.for(sabotagedAdapters.map(([adapter, names]) => ({ adapter, names, called: adapter.name })))(
  "an adapter that $called fails the suite",
  async ({ adapter, names }) => {
    for (const name of names) {
      const found = adapterCases.find((each) => each.name === name);
      await expect(found?.run(plainHarness(adapter)), name).rejects.toThrow(AssertionError);
    }
  },
);

test("every case finds out at least one of them", () => {
  const found = new Set(sabotagedAdapters.flatMap(([, names]) => names));
  expect(new Set(adapterCases.map(({ name }) => name))).toEqual(found);
});
