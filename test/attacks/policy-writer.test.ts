import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import {
  attackedWard,
  built,
  policiesBundle,
  policyFolder,
  temporaryFolder,
} from "./attacked-ward.ts";
import type { AttackedWard } from "./attacked-ward.ts";

// Someone who can write a policy file but should not. Who: whoever can put a file where the policies are
// read from. What: other policies, or older ones with a gap that was closed since. What holds: with the
// option `verify` only bundles count that are signed with the owner's key, as they were signed, and whose
// sequence number is not below the highest seen. Not defended: who holds the signing key.

const owner = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const verify = { key: owner.publicKey.export({ type: "spki", format: "pem" }).toString() };

/** By name: what the attacker has at hand, and the owner's newest. */
const bundles = new Map<string, Buffer>();

async function signed(pair: typeof owner, sequence: number): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-signing-"));
  try {
    const file = join(folder, "key.pem");
    await writeFile(file, pair.privateKey.export({ type: "pkcs8", format: "pem" }));
    return await built(policyFolder, "--signing-key", file, "--sequence", `${sequence}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same length, so that only the content differs. */
function edited(bundle: Buffer): Buffer {
  const tar = gunzipSync(bundle);
  const [limit, larger] = ['"unattended_limit":50', '"unattended_limit":99'];
  const at = tar.indexOf(limit);
  expect(at).toBeGreaterThan(0);
  tar.write(larger, at);
  return gzipSync(tar);
}

beforeAll(async () => {
  const [old, current, strangers, unsigned] = await Promise.all([
    signed(owner, 1),
    signed(owner, 2),
    signed(stranger, 9),
    policiesBundle(),
  ]);
  bundles.set("old", old).set("current", current).set("a stranger's", strangers);
  bundles.set("unsigned", unsigned).set("edited", edited(current));
  bundles.set("cut off", current.subarray(0, current.length / 2)).set("empty", Buffer.alloc(0));
});

const forgeries = ["unsigned", "a stranger's", "edited", "cut off", "empty"];

async function open(name: string, state?: string): Promise<AttackedWard> {
  const folder = await temporaryFolder();
  const policies = join(folder, "policies.tar.gz");
  await writeFile(policies, bundles.get(name)!);
  return await attackedWard({ policies, verify, state: state ?? join(folder, "state") });
}

describe("at the start", () => {
  test.for(forgeries)("a bundle that is %s is refused", async (name) => {
    await expect(open(name)).rejects.toMatchObject({ name: "ScopewardError" });
  });

  test("a folder is refused, for nobody can have signed it", async () => {
    const opened = attackedWard({ policies: policyFolder, verify });
    await expect(opened).rejects.toMatchObject({ code: "configuration_invalid" });
  });

  test("a bundle that was in service before a newer one is refused", async () => {
    const state = join(await temporaryFolder(), "state");
    const ward = await open("old", state);
    await ward.ward.close();
    const newer = await open("current", state);
    await newer.ward.close();
    await expect(open("old", state)).rejects.toMatchObject({ name: "ScopewardError" });
    expect((await open("current", state)).ward.revision).toMatch(/^sha256:/u);
  });
});

describe("while it runs", () => {
  test.for([...forgeries, "old"])("a bundle that is %s changes nothing", async (name) => {
    const folder = await temporaryFolder();
    const policies = join(folder, "policies.tar.gz");
    await writeFile(policies, bundles.get("current")!);
    const ward = await attackedWard({
      policies,
      verify,
      watch: true,
      state: join(folder, "state"),
    });
    const { revision } = ward.ward;
    const refused = new Promise((resolve) => ward.ward.on("reload-failed", resolve));
    await writeFile(policies, bundles.get(name)!);
    await refused;
    expect(ward.ward.revision).toBe(revision);
    const token = await ward.token(["payments:refund"]);
    const args = { order: "7", amount: 70 };
    expect(await ward.attempt({ token }, { tool: "refund", args })).toMatchObject({
      kind: "approval",
    });
  });
});
