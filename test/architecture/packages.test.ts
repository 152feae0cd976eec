import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { layerOf } from "./import-rules.ts";
import { repositoryRoot } from "./repository.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly type: string;
  readonly engines: { readonly node: string };
  readonly bin?: Record<string, string>;
  readonly exports: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly publishConfig: {
    readonly bin?: Record<string, string>;
    readonly exports: Record<string, { readonly types: string; readonly default: string }>;
  };
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(repositoryRoot, path), "utf8")) as Manifest;
}

const manifests = readdirSync(join(repositoryRoot, "packages")).map((folder) =>
  readManifest(`packages/${folder}/package.json`),
);

function built(source: string, extension: string): string {
  return source.replace(/^\.\/src\/(.*)\.ts$/, `./dist/$1${extension}`);
}

// What others import. A line here is a promise: it takes a major version to remove it.
test("the packages and their entries are these", () => {
  expect(
    Object.fromEntries(manifests.map((each) => [each.name, Object.keys(each.exports)])),
  ).toEqual({
    "@scopeward/adapters": ["./ai-sdk", "./conformance", "./http", "./langchain", "./mcp"],
    "@scopeward/approvals": ["."],
    "@scopeward/audit": ["."],
    "@scopeward/compiler": [".", "./worker"],
    "@scopeward/core": ["."],
    "@scopeward/keys": [".", "./conformance"],
    "@scopeward/normalisers": ["."],
    "@scopeward/policy": [".", "./host-builtins", "./policy-folder", "./worker"],
    "@scopeward/sdk": [".", "./conformance", "./enforcer"],
    scopeward: ["."],
  });
});

test("only the product has a command", () => {
  expect(manifests.filter(({ bin }) => bin !== undefined).map(({ name }) => name)).toEqual([
    "scopeward",
  ]);
});

test("every package has a layer", () => {
  for (const { name } of manifests) expect(layerOf.has(name), name).toBe(true);
});

describe.each(manifests)("$name", (manifest) => {
  test("carries the version of the repository, its licence and its Node", () => {
    expect(manifest).toMatchObject({
      version: manifests[0]?.version,
      license: "Apache-2.0",
      type: "module",
      engines: { node: ">=22.22" },
    });
  });

  test("publishes the built file of each source that it exports", () => {
    expect(manifest.publishConfig.exports).toEqual(
      Object.fromEntries(
        Object.entries(manifest.exports).map(([entry, source]) => [
          entry,
          { types: built(source, ".d.ts"), default: built(source, ".js") },
        ]),
      ),
    );
    expect(manifest.publishConfig.bin ?? {}).toEqual(
      Object.fromEntries(
        Object.entries(manifest.bin ?? {}).map(([name, source]) => [name, built(source, ".js")]),
      ),
    );
  });

  test("pins each dependency exactly", () => {
    for (const [name, range] of Object.entries(manifest.dependencies ?? {})) {
      expect(range, name).toMatch(/^(?:workspace:\*|\d+\.\d+\.\d+(?:-[\w.]+)?)$/);
    }
  });
});
