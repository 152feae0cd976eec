import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { entry } from "./command-line.ts";

test("an older Node gets one line and exit 3, before anything else is loaded", () => {
  const older = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(older)}`, entry, "--help"],
    { encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  expect(stderr).toMatch(/^scopeward needs Node 22\.22\.0 or later, this is 20\.20\.2: .*\n$/u);
});

test("the entry links nothing but the version test, so that an older Node gets that far", () => {
  const source = readFileSync(entry, "utf8");
  expect(source.match(/^import .*$/gmu)).toEqual([
    'import { isSupportedNode, leastNodeVersion } from "./node-version.ts";',
  ]);
  const imported = readFileSync(new URL("../src/node-version.ts", import.meta.url), "utf8");
  expect(imported).not.toMatch(/\bimport\b/u);
});
