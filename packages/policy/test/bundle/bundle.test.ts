import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeBundle } from "../../src/bundle/bundle.ts";
import {
  catalogue,
  contents,
  manifest,
  pack,
  packEntries,
  packEntriesOnly,
  revision,
  whole,
} from "./packed-bundle.ts";

async function codesOf(bytes: Uint8Array): Promise<readonly string[]> {
  const reading = await decodeBundle(bytes);
  return reading.kind === "refused" ? reading.problems.map(({ code }) => code) : [];
}

it("a whole bundle is read", async () => {
  const reading = await decodeBundle(await pack(whole()));
  if (reading.kind === "refused") throw new Error(JSON.stringify(reading.problems));
  expect(reading.bundle).toMatchObject({
    revision: revision(contents),
    entrypoints: ["scopeward/decision"],
    catalogue,
    dataText: contents["data.json"],
  });
  expect([...reading.bundle.files.keys()].toSorted()).toEqual(Object.keys(whole()).toSorted());
});

it("names beyond the basic plane are digested in the order of bytes", async () => {
  // By UTF-16 the two would change places.
  const files = { ...contents, "\uffee.rego": "package a", "\u{1f600}.rego": "package b" };
  expect(await codesOf(await pack(whole(files)))).toEqual([]);
});

describe("a bundle that is cut short is refused", () => {
  it("wherever the cut is", async () => {
    const bytes = await pack(whole());
    for (let length = 0; length < bytes.length; length += 97) {
      expect(await codesOf(bytes.subarray(0, length))).toEqual(["bundle_truncated"]);
    }
  });

  it("inside of the compression", async () => {
    const tar = gunzipSync(await pack(whole()));
    for (let length = 0; length < tar.length - 1_024; length += 2_111) {
      expect(await codesOf(gzipSync(tar.subarray(0, length)))).toEqual(["bundle_malformed"]);
    }
  });
});

describe("a bundle that is too large is refused before it fills the memory", () => {
  it("compressed", async () => {
    expect(await codesOf(new Uint8Array(64 * 1024 * 1024 + 1))).toEqual(["bundle_oversized"]);
  });

  it("uncompressed", async () => {
    const bomb = gzipSync(Buffer.alloc(257 * 1024 * 1024), { level: 1 });
    expect(bomb.length).toBeLessThan(8 * 1024 * 1024);
    expect(await codesOf(bomb)).toEqual(["bundle_oversized"]);
  });

  it("in files", async () => {
    const header = await packEntriesOnly([[{ name: "a.rego" }, ""]]);
    const one = header.subarray(0, 512);
    const many = Buffer.concat([...Array.from({ length: 20_001 }, () => one), Buffer.alloc(1_024)]);
    expect(await codesOf(gzipSync(many))).toEqual(["bundle_oversized"]);
  });
});

describe("what is no archive is refused", () => {
  it.each<[string, Uint8Array]>([
    ["text", Buffer.from("not a bundle")],
    ["a gzip file of text", gzipSync("not a bundle")],
    ["a gzip file of zeros", gzipSync(Buffer.alloc(512))],
  ])("%s", async (_, bytes) => {
    expect(await codesOf(bytes)).toEqual(["bundle_malformed"]);
  });

  it("bytes behind the end", async () => {
    const bytes = await pack(whole());
    for (const more of [Buffer.from("more"), Buffer.alloc(1)]) {
      expect(await codesOf(Buffer.concat([bytes, more]))).toEqual(["bundle_malformed"]);
    }
    const tar = gunzipSync(bytes);
    expect(await codesOf(gzipSync(Buffer.concat([tar, Buffer.from("more")])))).toEqual([
      "bundle_malformed",
    ]);
  });

  it("a header with a wrong checksum", async () => {
    const tar = gunzipSync(await pack(whole()));
    tar[0]! ^= 1;
    expect(await codesOf(gzipSync(tar))).toEqual(["bundle_malformed"]);
  });
});

describe("a name that is no plain relative path is refused", () => {
  it.each([
    "/features/a.rego",
    "../a.rego",
    "features/../../a.rego",
    "./a.rego",
    "features//a.rego",
    "features\\a.rego",
    "C:/a.rego",
    "a\n.rego",
    "..",
  ])("%j", async (name) => {
    expect(await codesOf(await pack({ ...whole(), [name]: "package a" }))).toEqual([
      "bundle_name_invalid",
    ]);
  });

  it("one that is there twice", async () => {
    const entries = Object.entries(whole()).map(([name, content]) => [{ name }, content] as const);
    expect(await codesOf(await packEntries([...entries, entries[1]!]))).toEqual([
      "bundle_name_invalid",
    ]);
  });
});

describe("an entry that is no file of the format is refused", () => {
  it.each(["link", "symlink", "character-device", "block-device", "fifo"] as const)(
    "a %s",
    async (type) => {
      const files = Object.entries(whole()).map(([name, content]) => [{ name }, content] as const);
      const header = { name: "a.rego", type, linkname: "/etc/passwd", size: 0 };
      expect(await codesOf(await packEntries([...files, [header, ""]]))).toEqual([
        "bundle_malformed",
      ]);
    },
  );

  it("a folder", async () => {
    const header = { name: "features/", type: "directory" as const, size: 0 };
    expect(await codesOf(await packEntries([[header, ""]]))).toEqual(["bundle_name_invalid"]);
  });

  it.each(["readme.md", "features/data.json", "data.yaml", "patch.json", "other.wasm"])(
    "%s",
    async (name) => {
      const files = { ...contents, [name]: "{}" };
      expect(await codesOf(await pack(whole(files)))).toEqual(["bundle_malformed"]);
    },
  );
});

describe("a bundle whose content is not the one of its revision is refused", () => {
  it.each(Object.keys(contents))("%s changed", async (name) => {
    expect(await codesOf(await pack({ ...whole(), [name]: `${contents[name]} ` }))).toEqual([
      "bundle_digest_mismatch",
    ]);
  });

  it("a file more, a file less", async () => {
    expect(await codesOf(await pack({ ...whole(), "b.rego": "" }))).toEqual([
      "bundle_digest_mismatch",
    ]);
    const { "plan.json": _, ...less } = whole();
    expect(await codesOf(await pack(less))).toEqual(["bundle_digest_mismatch"]);
  });
});

describe("a bundle that lacks something, or holds it in another shape, is refused", () => {
  it.each([".manifest", "data.json", "policy.wasm"])("no %s", async (name) => {
    const { [name]: _, ...files } = contents;
    const { [name]: __, ...packed } = whole(files);
    expect(await codesOf(await pack(packed))).toEqual(["bundle_malformed"]);
  });

  it.each<[string, string]>([
    ["no JSON", "{"],
    ["a byte order mark", `\ufeff${manifest(contents)}`],
    ["a list", "[]"],
    ["no revision", manifest(contents, { revision: undefined })],
    ["other roots", manifest(contents, { roots: ["features"] })],
    [
      "a WebAssembly resolver",
      manifest(contents, { wasm: [{ entrypoint: "a", module: "/policy.wasm" }] }),
    ],
    ["no metadata", manifest(contents, { metadata: {} })],
    [
      "no entrypoint for decisions",
      manifest(contents, { metadata: { scopeward: { entrypoints: ["a/b"], opa: "1" } } }),
    ],
  ])("the manifest: %s", async (_, text) => {
    expect(await codesOf(await pack({ ...contents, ".manifest": text }))).toEqual([
      "bundle_malformed",
    ]);
  });

  it.each<[string, string | Uint8Array]>([
    ["no JSON", "{"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["no catalogue", "{}"],
    ["a catalogue with another member", data({ ...catalogue, roles: {} })],
    ["a catalogue without tools", data({ ...catalogue, tools: undefined })],
    ["a tool of another shape", data({ ...catalogue, tools: { a: { features: "notes" } } })],
    [
      "an audience that is none",
      data({
        ...catalogue,
        scopes: { a: { ...catalogue.scopes["notes:read"], audiences: ["all"] } },
      }),
    ],
  ])("the data: %s", async (_, text) => {
    expect(await codesOf(await pack(whole({ ...contents, "data.json": text })))).toEqual([
      "bundle_malformed",
    ]);
  });
});

function data(changed: object): string {
  return JSON.stringify({ scopeward: { catalogue: changed } });
}
