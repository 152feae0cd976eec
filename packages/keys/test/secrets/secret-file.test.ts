import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import type { SecretSet } from "@scopeward/sdk";
import { secretProviderCases } from "@scopeward/sdk/conformance";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { defaultSecretPath, secretFile } from "../../src/secrets/secret-file.ts";
import { SecretFileError } from "../../src/secrets/secret-file-error.ts";
import { temporaryFolder } from "../temporary-folder.ts";

async function temporaryPath(): Promise<string> {
  return join(await temporaryFolder(), "scopeward", "pepper.json");
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const outcome: unknown = await action.catch((error: unknown) => error);
  return SecretFileError.is(outcome) ? outcome.code : inspectKind(outcome);
}

function inspectKind(outcome: unknown): string {
  return outcome instanceof Error ? outcome.name : "none";
}

async function made(): Promise<string> {
  const path = await temporaryPath();
  await secretFile({ path }).create();
  return path;
}

const secret = randomBytes(32).toString("base64");

describe("a secret file", () => {
  it.each(secretProviderCases)("as every source of secrets: $name", async ({ run }) => {
    const path = join(await temporaryFolder(), "pepper.json");
    const harness = {
      open: async () => secretFile({ path }),
      async put({ current, versions }: SecretSet) {
        const texts = [...versions].map(([id, bytes]) => [
          id,
          Buffer.from(bytes).toString("base64"),
        ]);
        const text = JSON.stringify({ current, versions: Object.fromEntries(texts) });
        await writeFile(path, text, { mode: 0o600 });
      },
      spoil: async () => await writeFile(path, (await readFile(path, "utf8")).slice(0, -1)),
    };
    await expect(run(harness)).resolves.toBe(undefined);
  });

  it("is missing when there is none", async () => {
    expect(await codeOf(secretFile({ path: await temporaryPath() }).read("pepper"))).toBe(
      "missing",
    );
  });

  it.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o666, 0o777])(
    "is unsafe with mode %o",
    async (mode) => {
      const path = await made();
      await chmod(path, mode);
      expect(await codeOf(secretFile({ path }).read("pepper"))).toBe("unsafe");
    },
  );

  it("is unsafe, and so is its folder, when it belongs to another user", async () => {
    const path = await made();
    const getuid = vi.spyOn(process, "getuid").mockReturnValue(process.getuid!() + 1);
    onTestFinished(() => getuid.mockRestore());
    expect(await codeOf(secretFile({ path }).read("pepper"))).toBe("unsafe");
    expect(await codeOf(secretFile({ path: `${path}2` }).create())).toBe("unsafe");
  });

  it("is unsafe as a symbolic link, a folder or a pipe, which nobody waits for", async () => {
    const path = await made();
    const folder = join(path, "..");
    await symlink(path, join(folder, "link"));
    await mkdir(join(folder, "folder"), { mode: 0o700 });
    execFileSync("mkfifo", ["-m", "600", join(folder, "pipe")]);
    for (const name of ["link", "folder", "pipe"]) {
      expect(await codeOf(secretFile({ path: join(folder, name) }).read("pepper"))).toBe("unsafe");
    }
  });

  it("is unsafe below the state folder, wherever links lead, and no file is made there", async () => {
    const folder = await temporaryFolder();
    const state = join(folder, "state");
    await mkdir(state);
    await symlink(state, join(folder, "link"));
    for (const path of [
      join(state, "pepper.json"),
      join(state, "deep", "pepper.json"),
      join(state, "..deep", "pepper.json"),
      join(folder, "link", "pepper.json"),
      join(folder, "link", "..", "state", "pepper.json"),
    ]) {
      for (const notBelow of [state, join(folder, "link"), `${state}/`]) {
        const file = secretFile({ path, notBelow });
        expect(await codeOf(file.read("pepper"))).toBe("unsafe");
        expect(await codeOf(file.create())).toBe("unsafe");
        expect(await codeOf(file.addVersion())).toBe("unsafe");
      }
    }
    expect(await readdir(state)).toEqual([]);
  });

  it("may lie beside the state folder, and beside one with a longer name", async () => {
    const folder = await temporaryFolder();
    for (const name of ["pepper.json", "state2/pepper.json", "..state/pepper.json"]) {
      const file = secretFile({ path: join(folder, name), notBelow: join(folder, "state") });
      expect(await file.create()).toBe(true);
      expect((await file.read("pepper")).versions.size).toBe(1);
    }
  });

  it.each<[string, string]>([
    ["no JSON", `{"current": "${secret}`],
    ["no object", `["${secret}"]`],
    ["empty", ""],
    ["without versions", '{"current":"p_1"}'],
    ["without a current one", `{"versions":{"p_1":"${secret}"}}`],
    ["with a current one that is not there", `{"current":"p_2","versions":{"p_1":"${secret}"}}`],
    ["with one that a prototype has", `{"current":"toString","versions":{"p_1":"${secret}"}}`],
    ["with another member", `{"current":"p_1","versions":{"p_1":"${secret}"},"old":"${secret}"}`],
    ["too short", `{"current":"p_1","versions":{"p_1":"${secret.slice(0, 40)}"}}`],
    ["a list", `{"current":"p_1","versions":{"p_1":["${secret}"]}}`],
    ["with a malformed id", `{"current":"p 1","versions":{"p 1":"${secret}"}}`],
    ["larger than 64 KiB", `{"current":"p_1","versions":{"p_1":"${secret}"}}${" ".repeat(65_536)}`],
  ])("is malformed when it is %s, and is not shown", async (_, text) => {
    const path = await made();
    await writeFile(path, text);
    const error: unknown = await secretFile({ path })
      .read("pepper")
      .catch((reason: unknown) => reason);
    expect(SecretFileError.is(error) && error.code).toBe("malformed");
    const { message, cause } = error as Error;
    expect([message.includes(secret.slice(0, 8)), cause]).toEqual([false, undefined]);
  });

  it("is inaccessible where a folder should be is a file", async () => {
    const path = join(await made(), "pepper.json");
    expect(await codeOf(secretFile({ path }).read("pepper"))).toBe("inaccessible");
    expect(await codeOf(secretFile({ path }).create())).toBe("inaccessible");
  });
});

describe("making a secret file", () => {
  it("makes it for this user alone, in a folder for this user alone, and leaves nothing else", async () => {
    const path = join(await temporaryFolder(), "a", "scopeward", "pepper.json");
    const before = process.umask(0);
    try {
      expect(await secretFile({ path }).create()).toBe(true);
    } finally {
      process.umask(before);
    }
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
    expect((await stat(join(path, "../.."))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(path, ".."))).toEqual(["pepper.json"]);
    const { current, versions } = await secretFile({ path }).read("pepper");
    expect([versions.size, versions.get(current)?.length]).toEqual([1, 32]);
  });

  it("is won by one of many, and all read the same", async () => {
    const path = await temporaryPath();
    const files = Array.from({ length: 20 }, () => secretFile({ path }));
    const wins = await Promise.all(files.map((file) => file.create()));
    expect(wins.filter((won) => won)).toHaveLength(1);
    const currents = await Promise.all(
      files.map(async (file) => (await file.read("pepper")).current),
    );
    expect(new Set(currents).size).toBe(1);
    expect(await readdir(join(path, ".."))).toEqual(["pepper.json"]);
  });

  it("never replaces what is there, whatever it is", async () => {
    const path = await made();
    await writeFile(path, "mine");
    expect(await secretFile({ path }).create()).toBe(false);
    expect(await readFile(path, "utf8")).toBe("mine");
  });

  it("makes none in a folder that others may change", async () => {
    const folder = join(await temporaryFolder(), "open");
    await mkdir(folder);
    for (const mode of [0o770, 0o707, 0o1777]) {
      await chmod(folder, mode);
      expect(await codeOf(secretFile({ path: join(folder, "pepper.json") }).create())).toBe(
        "unsafe",
      );
    }
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("adding a version", () => {
  it("makes it the current one, keeps the others and the mode", async () => {
    const path = await made();
    const file = secretFile({ path });
    const before = await file.read("pepper");
    const id = await file.addVersion();
    const after = await file.read("pepper");
    expect(after.current).toBe(id);
    expect(after.versions.size).toBe(2);
    expect(after.versions.get(before.current)).toEqual(before.versions.get(before.current));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(path, ".."))).toEqual(["pepper.json"]);
  });

  it("loses no version when many add one at once: those who come too late are told", async () => {
    const path = await made();
    const adding = Array.from({ length: 10 }, () => secretFile({ path }).addVersion());
    const outcomes = await Promise.allSettled(adding);
    const ids = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const { versions } = await secretFile({ path }).read("pepper");
    expect(ids.length).toBeGreaterThan(0);
    expect([...versions.keys()]).toEqual(expect.arrayContaining(ids));
    expect(versions.size).toBe(ids.length + 1);
    for (const outcome of outcomes) {
      const code = outcome.status === "rejected" && (outcome.reason as SecretFileError).code;
      expect([false, "busy"]).toContain(code);
    }
  });

  it("changes nothing when the file is malformed, unsafe or missing", async () => {
    const path = await made();
    const text = await readFile(path, "utf8");
    await writeFile(path, "{}");
    expect(await codeOf(secretFile({ path }).addVersion())).toBe("malformed");
    expect(await readFile(path, "utf8")).toBe("{}");
    await writeFile(path, text);
    await chmod(path, 0o644);
    expect(await codeOf(secretFile({ path }).addVersion())).toBe("unsafe");
    await rm(path);
    expect(await codeOf(secretFile({ path }).addVersion())).toBe("missing");
    expect(await readdir(join(path, ".."))).toEqual([]);
  });
});

describe("the place of a secret file", () => {
  it("is the configuration folder of the user", () => {
    const inHome = join(homedir(), ".config", "scopeward", "pepper.json");
    expect(defaultSecretPath({})).toBe(inHome);
    expect(defaultSecretPath({ XDG_CONFIG_HOME: "" })).toBe(inHome);
    expect(defaultSecretPath({ XDG_CONFIG_HOME: "relative" })).toBe(inHome);
    expect(defaultSecretPath({ XDG_CONFIG_HOME: "/x" })).toBe("/x/scopeward/pepper.json");
    expect(secretFile().place).toBe(defaultSecretPath());
  });
});
