import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { IssueRequest, Issued } from "@scopeward/keys";
import type { Principal } from "@scopeward/sdk";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Call } from "../src/call.ts";
import { accessRequestOf, withinKeyLimits } from "@scopeward/sdk/enforcer";
import type { KeysConfiguration } from "../src/configuration.ts";
import { openScopeward } from "../src/open-scopeward.ts";
import type { Ward, WardEvents } from "../src/ward.ts";
import { policiesBundle } from "./keys-project.ts";
import { projectFolder, temporaryFolder } from "./temporary-folder.ts";

const search: Call = { action: { type: "tool", name: "search_notes" }, args: { words: "launch" } };
const write: Call = { action: { type: "tool", name: "write_note" }, args: { text: "hello" } };

interface Opened {
  readonly ward: Ward;
  readonly folder: string;
  /** What the process would have warned of. */
  readonly warnings: readonly unknown[];
}

/** A ward on a bundle that all tests share; on a folder, which takes a build, to watch it. */
async function opened(keys: KeysConfiguration = {}, watch = false): Promise<Opened> {
  const folder = watch ? await projectFolder() : await temporaryFolder();
  const policies = join(folder, watch ? "policies" : "policies.tar.gz");
  if (!watch) await writeFile(policies, await policiesBundle());
  const warnings: unknown[] = [];
  const spy = vi.spyOn(process, "emitWarning");
  spy.mockImplementation((...args: unknown[]) => void warnings.push(args));
  onTestFinished(() => spy.mockRestore());
  const ward = await openScopeward({
    policies,
    state: join(folder, "state"),
    keys: { pepperFile: join(folder, "secrets", "pepper.json"), ...keys },
    watch,
  });
  onTestFinished(async () => await ward.close());
  return { ward, folder, warnings };
}

async function issue(ward: Ward, request: Partial<IssueRequest> = {}): Promise<Issued> {
  const wanted = { owner: "user:ada", scopes: ["notes:read"], expires: "30d", ...request };
  const issued = await ward.keys.issue(wanted);
  if (issued.kind !== "issued") throw new Error(JSON.stringify(issued));
  return issued;
}

async function principalOf(ward: Ward, { token }: Issued): Promise<Principal> {
  const verification = await ward.keys.verify(token);
  if (verification.outcome !== "verified") throw new Error(verification.code);
  return verification.principal;
}

async function codesFor(ward: Ward, principal: Principal, call: Call): Promise<string[]> {
  const { effect, reasons } = await ward.decideFor(principal, call);
  expect(effect).toBe(reasons.length === 0 ? "allow" : "deny");
  return reasons.map(({ code }) => code);
}

describe("a ward decides for a principal", () => {
  test("what its scopes open", async () => {
    const { ward } = await opened();
    const principal = await principalOf(ward, await issue(ward));
    expect(await codesFor(ward, principal, search)).toEqual([]);
    expect(await codesFor(ward, principal, write)).toEqual(["scope:missing"]);
  });

  test("within its constraints", async () => {
    const { ward } = await opened();
    const issued = await issue(ward, { constraints: { tool: [] } });
    expect(await codesFor(ward, await principalOf(ward, issued), search)).toEqual([
      "key:constraint",
    ]);
  });

  test("by its key of now, not of then", async () => {
    const { ward } = await opened();
    const issued = await issue(ward, { scopes: ["notes:*"] });
    const principal = await principalOf(ward, issued);
    expect(await codesFor(ward, principal, write)).toEqual([]);
    await ward.keys.update(issued.key.id, { scopes: ["notes:read"] });
    expect(await codesFor(ward, principal, write)).toEqual(["scope:missing"]);
    await ward.keys.disable(issued.key.id);
    expect(await codesFor(ward, principal, search)).toEqual(["key:disabled"]);
    await ward.keys.enable(issued.key.id);
    expect(await codesFor(ward, principal, search)).toEqual([]);
    await ward.keys.revoke(issued.key.id);
    expect(await codesFor(ward, principal, search)).toEqual(["key:revoked"]);
  });

  test("narrowed, for a sub-agent", async () => {
    const { ward } = await opened();
    const principal = await principalOf(ward, await issue(ward, { scopes: ["notes:*"] }));
    const agent = { type: "agent", id: "helper" };
    const narrowed = principal.attenuate({ scopes: ["notes:read", "payments:*"], actor: agent });
    expect(await codesFor(ward, narrowed, search)).toEqual([]);
    expect(await codesFor(ward, narrowed, write)).toEqual(["scope:missing"]);
    expect(accessRequestOf(narrowed, search, 0)).toMatchObject({ actors: [agent] });
  });

  test("and for nobody whom `verify` did not make", async () => {
    const { ward } = await opened();
    const principal = await principalOf(ward, await issue(ward));
    const { ward: other } = await opened();
    const copy = { ...principal };
    for (const forged of [copy, JSON.parse(JSON.stringify(principal)), null, "ada"]) {
      expect(await codesFor(ward, forged as Principal, search)).toEqual(["key:malformed"]);
      expect(() => ward.permitted(forged as Principal)).toThrow(TypeError);
    }
    expect(await codesFor(other, principal, search)).toEqual(["key:malformed"]);
    expect(() => other.permitted(principal)).toThrow(TypeError);
    // @ts-expect-error only `verify` makes a principal: a literal of its shape must not compile
    const literal: Principal = {
      tenant: "default",
      subject: { type: "user", id: "ada" },
      actors: [],
      key: { id: "1", audience: "internal", scopes: ["**"] },
      kind: "int",
      recordVersion: 1,
      freshness: { mode: "immediate", ageMs: 0 },
      attenuate: () => principal,
    };
    expect(await codesFor(ward, literal, search)).toEqual(["key:malformed"]);
  });

  test("whatever the call is, without an exception", async () => {
    const { ward } = await opened();
    const principal = await principalOf(ward, await issue(ward));
    const hostile = new Proxy(search, { get: () => JSON.parse("{") as never });
    for (const call of [undefined, null, "x", hostile]) {
      expect(await codesFor(ward, principal, call as Call)).toEqual(["engine:input_invalid"]);
    }
  });

  test("never more than its key, whatever the policies answer", async () => {
    const { ward } = await opened();
    const principal = await principalOf(ward, await issue(ward));
    const allow = { effect: "allow", reasons: [], obligations: [] } as const;
    const request = accessRequestOf(principal, write, Date.now());
    expect(withinKeyLimits(allow, ward.catalogue, request)).toEqual({
      effect: "deny",
      reasons: [{ code: "scope:missing" }],
      obligations: [],
    });
    expect(withinKeyLimits(allow, ward.catalogue, accessRequestOf(principal, search, 0))).toBe(
      allow,
    );
  });
});

describe("a ward tells what a principal may be offered", () => {
  test.each([
    [["notes:read"], ["notes"], ["search_notes"]],
    [["notes:**"], ["notes"], ["search_notes", "write_note"]],
  ])("%j", async (scopes, features, tools) => {
    const { ward } = await opened();
    const principal = await principalOf(ward, await issue(ward, { scopes }));
    expect(ward.permitted(principal)).toEqual({ features, tools, models: [] });
  });

  test("nothing to one that is narrowed to nothing or has expired", async () => {
    const { ward } = await opened();
    const principal = await principalOf(ward, await issue(ward));
    const nothing = { features: [], tools: [], models: [] };
    expect(ward.permitted(principal.attenuate({ scopes: [] }))).toEqual(nothing);
    const expired = principal.attenuate({ expiresAt: "2020-01-01T00:00:00Z" });
    expect(ward.permitted(expired)).toEqual(nothing);
  });
});

describe("the state of a ward", () => {
  test("is not made by deciding or watching alone", async () => {
    const { ward, folder } = await opened({}, true);
    const reload = reloadOf(ward);
    await renameWriting(folder);
    expect((await reload).strandedKeys).toEqual([]);
    expect(await readdir(folder)).not.toContain("state");
  });

  test("holds no pepper", async () => {
    const { ward, folder } = await opened();
    await issue(ward);
    expect((await readdir(join(folder, "state"))).toSorted()).toEqual(
      expect.arrayContaining(["audit", "keys.db"]),
    );
    expect(await readdir(join(folder, "secrets"))).toEqual(["pepper.json"]);
  });
});

test("the pepper that the first key makes is told once, with its place", async () => {
  const { ward, folder, warnings } = await opened();
  expect(warnings).toEqual([]);
  for (let count = 0; count < 2; count++) await issue(ward);
  expect(warnings).toEqual([
    [
      expect.stringContaining(join(folder, "secrets", "pepper.json")),
      { code: "SCOPEWARD_PEPPER_CREATED" },
    ],
  ]);
});

async function reloadOf(ward: Ward): Promise<WardEvents["reload"]> {
  return await new Promise((resolve, reject) => {
    ward.on("reload", resolve);
    ward.on("reload-failed", ({ problems }) => reject(new Error(JSON.stringify(problems))));
  });
}

/** Gives the scope `notes:write` another name, so that nothing is called so any more. */
async function renameWriting(folder: string): Promise<void> {
  const feature = join(folder, "policies/features/notes.rego");
  const text = await readFile(feature, "utf8");
  await writeFile(feature, text.replaceAll("notes:write", "notes:edit"));
}

test("a reload names the keys that it takes something from", async () => {
  const { ward, folder } = await opened({}, true);
  const { key } = await issue(ward, { scopes: ["notes:write"] });
  await issue(ward);
  const reload = reloadOf(ward);
  await renameWriting(folder);
  const { strandedKeys } = await reload;
  expect(strandedKeys.map(({ keyId, rule }) => [keyId, rule])).toEqual([
    [key.id, "scope_unknown"],
    [key.id, "covers_nothing"],
  ]);
});

describe("lint asks the audit log and the configuration", () => {
  test("which grants were never used, of keys whose use it knows", async () => {
    const { ward } = await opened();
    const issued = await issue(ward, { scopes: ["notes:read", "notes:write"] });
    await issue(ward, { scopes: ["notes:write"] });
    expect(await ward.keys.validateApiKey(issued.token, "notes:read")).toBe(true);
    const findings = await ward.keys.lint();
    expect(findings.map(({ keyId, rule }) => [keyId, rule])).toEqual([
      [issued.key.id, "grant_unused"],
    ]);
  });

  test("whether an earlier record of a key was put back, which is sealed as well", async () => {
    const { ward, folder } = await opened();
    const [rotated, ended, untouched] = [await issue(ward), await issue(ward), await issue(ward)];
    const database = new DatabaseSync(join(folder, "state", "keys.db"));
    onTestFinished(() => database.close());
    const rows = database.prepare("SELECT id, version, body, seal FROM keys").all();
    await ward.keys.rotate(rotated.key.id, { overlap: "0s" });
    await ward.keys.revoke(ended.key.id);
    const put = database.prepare("UPDATE keys SET version = ?, body = ?, seal = ? WHERE id = ?");
    for (const { id, version, body, seal } of rows) put.run(version!, body!, seal!, id!);
    for (const { token } of [rotated, ended, untouched]) {
      expect((await ward.keys.verify(token)).outcome).toBe("verified");
    }
    // The entry of a revocation is not waited for.
    await vi.waitFor(async () => {
      const findings = await ward.keys.lint();
      expect(new Map(findings.map(({ keyId, rule }) => [keyId, rule]))).toEqual(
        new Map([
          [rotated.key.id, "record_rolled_back"],
          [ended.key.id, "revived"],
        ]),
      );
    });
  });

  test("who is still there", async () => {
    const { ward } = await opened({ knownOwner: async (owner) => owner === "user:ada" });
    await issue(ward);
    const { key } = await issue(ward, { owner: "user:gone" });
    expect(await ward.keys.lint()).toMatchObject([{ keyId: key.id, rule: "owner_unknown" }]);
  });
});
