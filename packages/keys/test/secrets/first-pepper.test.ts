import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SecretProvider } from "@scopeward/sdk";
import { describe, expect, it } from "vitest";
import { firstPepper } from "../../src/secrets/first-pepper.ts";
import { type SecretFile, secretFile } from "../../src/secrets/secret-file.ts";
import { SecretFileError } from "../../src/secrets/secret-file-error.ts";
import { temporaryFolder } from "../temporary-folder.ts";

interface Setup {
  readonly file: SecretFile;
  readonly created: string[];
  readonly provider: SecretProvider;
}

async function setUp(isEmpty: () => Promise<boolean>): Promise<Setup> {
  const file = secretFile({ path: join(await temporaryFolder(), "scopeward", "pepper.json") });
  const created: string[] = [];
  const provider = firstPepper({ file, isEmpty, created: (place) => created.push(place) });
  return { file, created, provider };
}

describe("the first pepper", () => {
  it("is made when there is neither file nor key, and its place is told once", async () => {
    const { file, created, provider } = await setUp(async () => true);
    const first = await provider.read("pepper");
    expect(await provider.read("pepper")).toEqual(first);
    expect(await file.read("pepper")).toEqual(first);
    expect(created).toEqual([file.place]);
    expect(provider.place).toBe(file.place);
  });

  it("is made once by many who start together", async () => {
    const { created, provider } = await setUp(async () => true);
    const sets = await Promise.all(Array.from({ length: 10 }, () => provider.read("pepper")));
    expect(new Set(sets.map(({ current }) => current)).size).toBe(1);
    expect(created).toHaveLength(1);
  });

  it("is not made when there are keys, whose pepper is lost", async () => {
    const { file, created, provider } = await setUp(async () => false);
    const error: unknown = await provider.read("pepper").catch((reason: unknown) => reason);
    expect(SecretFileError.is(error) && error.code).toBe("missing");
    expect((error as Error).message).toContain(file.place);
    expect((error as Error).message).toContain("SCOPEWARD_PEPPER");
    await expect(file.read("pepper")).rejects.toMatchObject({ code: "missing" });
    expect(created).toEqual([]);
  });

  it("is not made when the store cannot say whether there are keys", async () => {
    const down = new Error("the store is down");
    const { file, provider } = await setUp(async () => {
      throw down;
    });
    await expect(provider.read("pepper")).rejects.toBe(down);
    await expect(file.read("pepper")).rejects.toMatchObject({ code: "missing" });
  });

  it("does not replace a file that cannot be used, and does not ask the store", async () => {
    let asked = 0;
    const { file, provider } = await setUp(async () => {
      asked++;
      return true;
    });
    await file.create();
    await writeFile(file.place, "{}");
    await expect(provider.read("pepper")).rejects.toMatchObject({ code: "malformed" });
    expect(asked).toBe(0);
  });
});
