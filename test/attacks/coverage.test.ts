import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";

// The index of the attacks is the page that people read: no row without a test, and no test without a row.

/** Each attacker of the design, and each OWASP Agentic id where authorization applies. */
const rows = [
  "the holder of a narrow key who wants more",
  "an agent steered by injected text",
  "a plugin that misbehaves",
  "someone who can write a policy file but should not",
  "someone who can edit the key database or the audit files",
  "a flood",
  "ASI02",
  "ASI03",
  "ASI04",
  "ASI05",
  "ASI08",
  "ASI10",
];

const page = readFileSync(join(repositoryRoot, "docs/threat-model.md"), "utf8");
/** By the first cell of a row, the test files that the row links to. */
const index = new Map(
  page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => [
      line.split("|")[1]!.trim(),
      [...line.matchAll(/\(\.\.\/test\/attacks\/([\w-]+\.test\.ts)\)/gu)].map(([, file]) => file!),
    ]),
);
const files = readdirSync(join(repositoryRoot, "test/attacks")).filter(
  (name) => name.endsWith(".test.ts") && name !== "coverage.test.ts",
);

describe("the threat model", () => {
  test.for(rows)("names a test that is there for: %s", (row) => {
    const named = index.get(row) ?? [];
    expect(named.length).toBeGreaterThan(0);
    for (const file of named) expect(files).toContain(file);
  });

  test("names each test of an attack, in one row", () => {
    expect([...index.values()].flat().toSorted()).toEqual(files.toSorted());
  });

  test.for(files)("%s says who attacks, what they want, and what holds", (file) => {
    const text = readFileSync(join(repositoryRoot, "test/attacks", file), "utf8");
    const lines = text.split("\n").filter((line) => line.startsWith("// "));
    const comment = lines.map((line) => line.slice("// ".length)).join(" ");
    for (const word of ["Who: ", "What: ", "holds: "]) expect(comment).toContain(word);
  });
});
