import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { adapterCases, planAdapterCases } from "../../src/conformance.ts";
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
  const entries = readdirSync(new URL("../../src", import.meta.url)).filter(
    (name) => name.endsWith(".ts") && name !== "conformance.ts" && name !== "adapter-error.ts",
  );
  const titles = testedAdapters.map(({ title }) => title.toLowerCase().replace(" ", "-"));
  for (const entry of entries) {
    const framework = entry.slice(0, -".ts".length);
    expect(titles.some((title) => title.startsWith(framework))).toBe(true);
  }
});
