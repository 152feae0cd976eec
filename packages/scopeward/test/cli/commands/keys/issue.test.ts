import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { findTokens } from "@scopeward/keys";
import type { KeyRecord } from "@scopeward/keys";
import { describe, expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

const minimal = ["--owner", "user:ada", "--scope", "notes:read"];

test("a key is issued, and its token is part of the answer once", async () => {
  const project = await keysProject();
  const { code, stdout, stderr } = await project.run([
    "issue",
    "--owner",
    "user:ada",
    "--kind",
    "int",
    "--audience",
    "internal",
    "--scope",
    "notes:read,notes:write",
    "--scope",
    "rows:*",
    "--constraint",
    "dataset=sales,hr",
    "--constraint",
    "cidr=",
    "--expires",
    "30d",
    "--name",
    "laptop",
    "--notes",
    "for tests",
    "--json",
  ]);
  expect(code, stderr).toBe(0);
  const { key, token, ...rest } = JSON.parse(stdout) as { key: KeyRecord; token: string };
  expect(rest).toEqual({});
  expect(key).toMatchObject({
    owner: "user:ada",
    kind: "int",
    audience: "internal",
    scopes: ["notes:read", "notes:write", "rows:*"],
    constraints: { dataset: ["sales", "hr"], cidr: [] },
    name: "laptop",
    notes: "for tests",
    status: "active",
    version: 1,
  });
  expect(Date.parse(key.expiresAt ?? "") - Date.parse(key.createdAt)).toBe(30 * 86_400_000);
  expect(findTokens(token)).toEqual([expect.objectContaining({ id: key.id, kind: "int" })]);
  expect(await project.answer<KeyRecord>(["show", key.id, "--json"])).toMatchObject({ id: key.id });
});

test("people get a block, and the token on a line of its own", async () => {
  const project = await keysProject();
  const { code, stdout, stderr } = await project.run(["issue", ...minimal]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^owner +user:ada$/mu);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(
    /^sward_int_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/u,
  );
  expect(stderr).toContain("shown once");
});

test("what a management key may grant is in the lists that were given, and in no other", async () => {
  const project = await keysProject();
  const { key } = await project.answer<{ key: KeyRecord }>([
    "issue",
    "--owner",
    "service:admin",
    "--kind",
    "mgt",
    "--may-grant-scope",
    "notes:**",
    "--may-grant-owner",
    "user:*",
    "--may-grant-max-life",
    "90d",
    "--json",
  ]);
  expect(key.mayGrant).toEqual({
    scopes: ["notes:**"],
    audiences: [],
    owners: ["user:*"],
    maxLifeSeconds: 90 * 86_400,
  });
});

describe("an idempotency key", () => {
  test("issues once, and answers with the key of then without its token", async () => {
    const project = await keysProject();
    const { key } = await project.issue("--idempotency-key", "one");
    const args = ["--owner", "user:ada", "--kind", "int", "--scope", "notes:read", "--json"];
    const again = await project.run(["issue", ...args, "--idempotency-key", "one"]);
    expect(again.code).toBe(0);
    expect(jsonOf(again)).toEqual({ key, replayed: true });
    expect(again.stderr).toContain(`keys rotate ${key.id}`);
    expect(await project.answer(["list", "--json"])).toHaveLength(1);
  });

  test("of another request is refused", async () => {
    const project = await keysProject();
    await project.issue("--idempotency-key", "one");
    const other = await project.run(["issue", ...minimal, "--idempotency-key", "one", "--json"]);
    expect(other.code).toBe(3);
    expect(jsonOf(other)).toMatchObject({ outcome: "refused", code: "idempotency_mismatch" });
  });
});

describe("--token-file", () => {
  test("takes the token, and the answer has none", async () => {
    const project = await keysProject();
    const answer = await project.answer<{ key: KeyRecord }>([
      "issue",
      ...minimal,
      "--token-file",
      "token",
      "--json",
    ]);
    expect(Object.keys(answer)).toEqual(["key"]);
    const file = join(project.cwd, "token");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const token = await readFile(file, "utf8");
    const verified = await project.run(["verify"], { input: token });
    expect(jsonOf(verified)).toMatchObject({ principal: { key: { id: answer.key.id } } });
  });

  test("that is there already is refused before a key is issued", async () => {
    const project = await keysProject();
    const { code, stderr } = await project.run([
      "issue",
      ...minimal,
      "--token-file",
      "policies.tar.gz",
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain("policies.tar.gz");
    expect(await project.answer(["list", "--json"])).toEqual([]);
  });

  test("is gone when there is no token to write", async () => {
    const project = await keysProject();
    const args = ["--owner", "user:ada", "--scope", "no:such", "--token-file", "token"];
    expect((await project.run(["issue", ...args])).code).toBe(3);
    expect(await readdir(project.cwd)).not.toContain("token");
    expect(await project.answer(["list", "--json"])).toEqual([]);
  });
});

describe("--token-to", () => {
  test("gives the token to a command and drops what that prints", async () => {
    const project = await keysProject();
    const { code, stdout, stderr } = await project.run([
      "issue",
      ...minimal,
      "--token-to",
      "tee token",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(["key"]);
    expect(stderr).not.toContain("sward_");
    expect(findTokens(await readFile(join(project.cwd, "token"), "utf8"))).toHaveLength(1);
  });

  test("that fails ends the key again: exit 1", async () => {
    const project = await keysProject();
    const { code, stdout, stderr } = await project.run([
      "issue",
      ...minimal,
      "--token-to",
      "cat > /dev/null; exit 7",
      "--json",
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("it ended with 7");
    const keys = await project.answer<KeyRecord[]>(["list", "--json"]);
    expect(keys).toEqual([expect.objectContaining({ status: "revoked" })]);
    expect(stderr).toContain(keys[0]!.id);
  });
});

test.for([
  [["--scope", "notes:read"], "--owner"],
  [[...minimal, "--kind", "root"], "int"],
  [[...minimal, "--audience", "public"], "internal"],
  [[...minimal, "--constraint", "dataset"], "name=value"],
  [[...minimal, "--constraint", "dataset=a", "--constraint", "dataset=b"], "twice"],
  [["--owner", "user:ada", "--scope", "notes:read,"], "empty"],
  [[...minimal, "--may-grant-scope", "notes:read"], "--may-grant-max-life"],
  [[...minimal, "--may-grant-max-life", "long"], "30d"],
  [[...minimal, "--may-grant-audience", "public"], "internal"],
  [[...minimal, "--token-file", "a", "--token-to", "cat"], "--token-to"],
  [[...minimal, "--token-file", "none/token"], "none/token"],
  [[...minimal, "--token-to", ""], "--token-to"],
  [[...minimal, "--policies", "nowhere"], "nowhere"],
  [[...minimal, "surplus"], "too many arguments"],
] as const)("`issue %j` is invalid input: exit 3, no data", async ([args, hint]) => {
  const project = await keysProject();
  const { code, stdout, stderr } = await project.run(["issue", ...args]);
  expect(stderr).toContain(hint);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});

test.for([
  [["--owner", "ada", "--scope", "notes:read"], "invalid", 3],
  [["--owner", "user:ada"], "invalid", 3],
  [[...minimal, "--expires", "soon"], "invalid", 3],
  [["--owner", "user:ada", "--scope", "no:such"], "scope_unknown", 3],
  [
    ["--owner", "user:ada", "--scope", "notes:write", "--audience", "external"],
    "scope_audience",
    3,
  ],
  [["--owner", "user:ada", "--scope", "rows:read"], "constraint_missing", 3],
  [[...minimal, "--parent", "000000000009"], "key_unknown", 3],
] as const)("`issue %j` is refused with %s: exit %d", async ([args, code, exit]) => {
  const project = await keysProject();
  const run = await project.run(["issue", ...args, "--json"]);
  expect(run.code).toBe(exit);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code });
  expect(run.stderr).toContain(code);
});

test("a key that is more than its parent may is refused: exit 2", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const wider = ["--owner", "user:ada", "--scope", "notes:write", "--parent", key.id, "--json"];
  const run = await project.run(["issue", ...wider]);
  expect(run.code).toBe(2);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "exceeds_parent" });
});

test("policies that do not build issue nothing: exit 1 with the problems", async () => {
  const project = await keysProject();
  const { writeFiles } = await import("../../../temporary-folder.ts");
  await writeFiles(project.cwd, { "broken/features/b.rego": "package features.b\n{" });
  const run = await project.run(["issue", ...minimal, "--policies", "broken"]);
  expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 1, stdout: "" });
  expect(run.stderr).toContain("b.rego:2:1");
});
