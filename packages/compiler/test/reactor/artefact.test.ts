import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadArtefact } from "../../src/reactor/artefact.ts";

const packaged = new URL("../../artefact/", import.meta.url);
let folder: URL;

beforeEach(async () => {
  folder = pathToFileURL(`${await mkdtemp(join(tmpdir(), "artefact-"))}/`);
  for (const name of ["opa.wasm.br", "opa.json"]) {
    await copyFile(new URL(name, packaged), new URL(name, folder));
  }
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function describeAs(members: object): Promise<void> {
  const file = new URL("opa.json", folder);
  const description = JSON.parse(await readFile(file, "utf8")) as object;
  await writeFile(file, JSON.stringify({ ...description, ...members }));
}

describe("the compiler's module", () => {
  test("is compiled when it is what its description says", async () => {
    await expect(loadArtefact(folder)).resolves.toBeDefined();
  });

  test.each([
    ["has another digest", { sha256: "0".repeat(64) }],
    ["is larger than described", { bytes: 1_000 }],
    ["has an impossible size", { bytes: 1e12 }],
    ["has no digest", { sha256: null }],
  ])("is refused when it %s", async (_what, members) => {
    await describeAs(members);
    await expect(loadArtefact(folder)).rejects.toMatchObject({ code: "artefact_invalid" });
  });

  test("is refused when it is truncated", async () => {
    const file = new URL("opa.wasm.br", folder);
    await writeFile(file, (await readFile(file)).subarray(0, 1_000_000));
    await expect(loadArtefact(folder)).rejects.toMatchObject({ code: "artefact_invalid" });
  });

  test("is refused when it is not there", async () => {
    await rm(new URL("opa.wasm.br", folder));
    await expect(loadArtefact(folder)).rejects.toMatchObject({ code: "artefact_invalid" });
  });

  test("is refused when its description is no JSON object", async () => {
    await writeFile(new URL("opa.json", folder), "null");
    await expect(loadArtefact(folder)).rejects.toMatchObject({ code: "artefact_invalid" });
  });
});
