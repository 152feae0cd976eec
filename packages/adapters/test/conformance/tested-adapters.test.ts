import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { adapterCases, planAdapterCases } from "../../src/conformance.ts";
import type { AdapterHarness } from "../../src/conformance.ts";
import { testedAdapters } from "./tested-adapters.ts";

it.each(testedAdapters)("$title skips no more than it cannot do", ({ harnesses, skips }) => {
  for (const harness of harnesses) {
    const planned = new Set(planAdapterCases(harness, skips).map(({ name }) => name));
    const unable = adapterCases.filter(({ needs }) =>
      needs.some((each) => !harness.capabilities.includes(each)),
    );
    expect(unable.filter(({ name }) => planned.has(name))).toEqual([]);
  }
});

// What is the same with an adapter and without one, and so cannot tell whether there is one.
const indifferent = new Set([
  "an allowed call runs once, with the arguments of the model",
  "a result is what it was without the adapter",
  "an error of a tool is what it was without the adapter",
  "a rejection of a tool is what it was without the adapter",
]);

/** The framework alone. */
function leftOut(harness: AdapterHarness): AdapterHarness {
  return { ...harness, open: ({ enforcer: _unused, ...bare }) => harness.open(bare) };
}

it.each(testedAdapters)("$title fails every case once it is left out", async (adapter) => {
  // Those of one adapter differ in version, transport or server alone.
  const cases = adapter.harnesses
    .slice(0, 1)
    .flatMap((harness) => planAdapterCases(leftOut(harness), adapter.skips));
  expect(cases.length).toBeGreaterThan(indifferent.size);
  const passed = await Promise.all(
    cases.map(async ({ name, run }) => {
      const isPassed = await run().then(
        () => true,
        () => false,
      );
      return isPassed && !indifferent.has(name) ? [name] : [];
    }),
  );
  expect(passed.flat()).toEqual([]);
});

it("skips nothing but what is written out by name", () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.startsWith("conformance"))
    .map((path) => readFileSync(join(folder, path), "utf8"))
    .join("\n");
  const names = testedAdapters.flatMap(({ skips }) => skips.map((skip) => skip.case));
  expect(names.filter((name) => !sources.includes(`"${name}"`))).toEqual([]);
});

it("has every framework of the package", () => {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { exports } = JSON.parse(manifest) as { readonly exports: object };
  const entries = Object.keys(exports).filter((path) => path !== "./conformance");
  expect(entries).not.toEqual([]);
  const titles = testedAdapters.map(({ title }) => title.toLowerCase().replace(" ", "-"));
  for (const entry of entries) {
    const framework = entry.slice("./".length);
    expect(titles.some((title) => title.startsWith(framework))).toBe(true);
  }
});
