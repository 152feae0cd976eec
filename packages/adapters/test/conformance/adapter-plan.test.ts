import { expect, it } from "vitest";
import { adapterCases, planAdapterCases } from "../../src/conformance.ts";
import { plainHarness } from "./plain-adapter.ts";

const harness = plainHarness();
const name = "a list is one entry";
const reason = "there are no lists";

it("names every case once", () => {
  const names = adapterCases.map((each) => each.name);
  expect(new Set(names).size).toBe(names.length);
});

it("plans every case but those that are skipped by name", () => {
  const planned = planAdapterCases(harness, [{ case: name, reason }]);
  expect(planned).toHaveLength(adapterCases.length - 1);
  expect(planned.map((each) => each.name)).not.toContain(name);
});

it.each([
  ["names no case", [{ case: "a list is one", reason }]],
  ["has no reason", [{ case: name, reason: " " }]],
  [
    "is there twice",
    [
      { case: name, reason },
      { case: name, reason },
    ],
  ],
])("refuses a skip that %s", (_what, skips) => {
  expect(() => planAdapterCases(harness, skips)).toThrow(TypeError);
});

it("fails a case whose needs the harness does not meet, unless it is skipped", async () => {
  const lesser = { ...harness, capabilities: [] };
  const found = planAdapterCases(lesser).find((each) => each.name === name);
  await expect(found?.run()).rejects.toMatchObject({ code: "ERR_ASSERTION" });
});
