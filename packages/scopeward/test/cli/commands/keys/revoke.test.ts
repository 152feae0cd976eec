import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyRecord } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

test("a revoked key is rejected from then on, and for good", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  const ended = await project.answer<{ key: KeyRecord; effectiveBy: string }>([
    "revoke",
    key.id,
    "--reason",
    "leaked",
    "--json",
  ]);
  expect(Object.keys(ended)).toEqual(["key", "effectiveBy"]);
  expect(ended.key).toMatchObject({ id: key.id, status: "revoked", revokedReason: "leaked" });
  expect(Date.parse(ended.effectiveBy)).not.toBeNaN();
  const run = await project.run(["verify"], { input: token });
  expect(run.code).toBe(2);
  expect(jsonOf(run)).toEqual({ outcome: "rejected", code: "key:revoked" });
  const enabled = await project.run(["enable", key.id, "--json"]);
  expect(enabled.code).toBe(1);
  expect(jsonOf(enabled)).toMatchObject({ code: "key_revoked" });
});

test("all keys of an owner end at once, and no other", async () => {
  const project = await keysProject();
  const first = await project.issue();
  const second = await project.issue();
  const other = await project.issue("--owner", "user:grace");
  const ended = await project.answer<{ keys: KeyRecord[]; effectiveBy: string }>([
    "revoke",
    "--owner",
    "user:ada",
    "--json",
  ]);
  expect(Object.keys(ended)).toEqual(["keys", "effectiveBy"]);
  const ids = ended.keys.map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set([first.key.id, second.key.id]));
  expect((await project.run(["verify"], { input: other.token })).code).toBe(0);
});

test("all keys whose grants cover a scope end at once", async () => {
  const project = await keysProject();
  const writer = await project.issue("--scope", "notes:write");
  const reader = await project.issue();
  const ended = await project.answer<{ keys: KeyRecord[] }>([
    "revoke",
    "--scope",
    "notes:write",
    "--json",
  ]);
  expect(ended.keys.map(({ id }) => id)).toEqual([writer.key.id]);
  expect((await project.run(["verify"], { input: reader.token })).code).toBe(0);
});

test("a key ends although the audit log cannot take it, which is told", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  const audit = join(project.cwd, ".scopeward/audit");
  await rm(audit, { recursive: true });
  await writeFile(audit, "a file in the way");
  const run = await project.run(["revoke", key.id, "--json"]);
  expect(run.code).toBe(0);
  expect(run.stderr).toContain("audit");
  const verified = await project.run(["verify"], { input: token });
  expect(jsonOf(verified)).toEqual({ outcome: "rejected", code: "key:revoked" });
  const issued = await project.run(["issue", "--owner", "user:ada", "--scope", "notes:read"]);
  expect(issued.code).toBe(1);
  expect(issued.stderr).toContain("audit_unavailable");
});

test("people read which keys end, and when everywhere", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const { code, stdout } = await project.run(["revoke", key.id]);
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^revoked +${key.id} +user:ada$`, "mu"));
  expect(stdout).toMatch(/^1 key revoked; no node accepts it after \d{4}-/mu);
});

test.for([
  [[]],
  [["000000000001", "--owner", "user:ada"]],
  [["--owner", "user:ada", "--scope", "notes:read"]],
  [["--owner", ""]],
  [["--scope", ""]],
] as const)("`revoke %j` does not say which keys: exit 3, nothing ends", async ([args]) => {
  const project = await keysProject();
  const { token } = await project.issue();
  const { code, stdout } = await project.run(["revoke", ...args, "--json"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect((await project.run(["verify"], { input: token })).code).toBe(0);
});

test.for([
  [["000000000009"], "key_unknown"],
  [["--owner", "ada"], "invalid"],
  [["--owner", "user:*"], "invalid"],
  [["--scope", "Notes"], "invalid"],
] as const)("`revoke %j` is refused with %s: exit 3", async ([args, code]) => {
  const project = await keysProject();
  await project.issue();
  const run = await project.run(["revoke", ...args, "--json"]);
  expect(run.code).toBe(3);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code });
});

test("that no key was ended is not told as a success", async () => {
  const project = await keysProject();
  await project.issue();
  const { code, stdout } = await project.run(["revoke", "--owner", "user:nobody"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^no key revoked/u);
});
