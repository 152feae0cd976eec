import { gunzipSync } from "node:zlib";
import type { BuildResult, Compiler, PolicyFiles } from "@scopeward/sdk";
import { unpackTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCompiler } from "../src/index.ts";
import { bareHost, feature, featureTest } from "./feature.ts";
import { ofKind } from "./of-kind.ts";

let compiler: Compiler;
beforeAll(async () => {
  compiler = await openCompiler(bareHost);
});
afterAll(async () => {
  await compiler.close();
});

const files: PolicyFiles = {
  "data.json": '{"limits": {"rows": 100, "columns": 7}}',
  "features/a.rego": feature(
    "a",
    '\ndeny contains {"code": "no"} if input.action.name == "a_tool"\n',
  ),
  "features/a_test.rego": featureTest("a", "test_scopes if a.scopes\n"),
  "features/b.rego": feature("b"),
  "features/c.rego": feature("c", '\nrequire_approval contains {"code": "ask"}\n'),
};

type Built = Extract<BuildResult, { kind: "built" }>;

async function build(sources: PolicyFiles, by: Compiler = compiler): Promise<Built> {
  return ofKind(await by.build({ files: sources }), "built");
}

async function unpack(bundle: Uint8Array): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await unpackTar(gunzipSync(bundle));
  return new Map(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? [])]));
}

describe("a built bundle", () => {
  test("holds both targets, the data with the catalogue, the sources, and no test", async () => {
    const { bundle, sizes, catalogue } = await build(files);
    const entries = await unpack(bundle);
    expect([...entries.keys()].toSorted()).toEqual(Object.keys(sizes).toSorted());
    expect([...entries.keys()]).toEqual(
      expect.arrayContaining([
        ".manifest",
        "data.json",
        "features/a.rego",
        "plan.json",
        "policy.wasm",
        "scopeward/decision.rego",
      ]),
    );
    expect([...entries.keys()].filter((name) => name.includes("_test"))).toEqual([]);
    expect(entries.get("features/a.rego")?.toString()).toBe(files["features/a.rego"]);
    const data: unknown = JSON.parse(String(entries.get("data.json")));
    expect(data).toMatchObject({ limits: { rows: 100 }, scopeward: { catalogue } });
    for (const [name, bytes] of Object.entries(sizes)) {
      expect(entries.get(name)?.length).toBe(bytes);
    }
  });

  test("names its revision, which changes with the content", async () => {
    const { bundle, revision } = await build(files);
    const manifest: unknown = JSON.parse(String((await unpack(bundle)).get(".manifest")));
    expect(revision).toMatch(/^sha256:[0-9a-f]{64}$/u);
    expect(manifest).toMatchObject({ revision });
    const other = await build({ ...files, "data.json": '{"limits": {"rows": 101}}' });
    expect(other.revision).not.toBe(revision);
  });

  test("is the same, byte for byte, whatever the order of files and whichever instance built it", async () => {
    const first = await build(files);
    const again = await build(files);
    const shuffled = await build(Object.fromEntries(Object.entries(files).toReversed()));
    const other = await openCompiler(bareHost);
    const elsewhere = await build(files, other);
    await other.close();
    for (const { bundle } of [again, shuffled, elsewhere]) {
      expect(Buffer.compare(bundle, first.bundle)).toBe(0);
    }
  });

  test("is the same when only a test has changed", async () => {
    const first = await build(files);
    const { bundle } = await build({
      ...files,
      "features/a_test.rego": featureTest("a", "test_other if a.scopes\n"),
    });
    expect(Buffer.compare(bundle, first.bundle)).toBe(0);
  });
});

describe("sources with a mistake", () => {
  test("are refused, with the place", async () => {
    const mistaken = { ...files, "features/b.rego": feature("b", "\ndenies contains 1\n") };
    const result = ofKind(await compiler.build({ files: mistaken }), "refused");
    expect(result.problems).toContainEqual(
      expect.objectContaining({ severity: "error", file: "features/b.rego", row: 9 }),
    );
  });
});
