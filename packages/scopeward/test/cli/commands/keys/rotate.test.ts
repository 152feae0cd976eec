import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyRecord } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

interface Rotated {
  readonly key: KeyRecord;
  readonly token: string;
  readonly retiring: { readonly endsAt: string };
}

test("a rotation keeps the id, and both tokens work for the overlap", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  const before = Date.now();
  const rotated = await project.answer<Rotated>(["rotate", key.id, "--overlap", "1h", "--json"]);
  expect(Object.keys(rotated)).toEqual(["key", "token", "retiring"]);
  expect(rotated.key).toMatchObject({ id: key.id, version: 2 });
  expect(rotated.token).not.toBe(token);
  const overlapMs = Date.parse(rotated.retiring.endsAt) - before;
  expect(overlapMs).toBeGreaterThanOrEqual(3_600_000);
  expect(overlapMs).toBeLessThan(3_660_000 + (Date.now() - before));
  const old = await project.run(["verify"], { input: token });
  expect(old.code).toBe(0);
  expect(old.stderr).toContain(rotated.retiring.endsAt);
  const fresh = await project.run(["verify"], { input: rotated.token });
  expect({ code: fresh.code, stderr: fresh.stderr }).toEqual({ code: 0, stderr: "" });
});

test("without an overlap the old token ends at once", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  const rotated = await project.answer<Rotated>(["rotate", key.id, "--overlap", "0s", "--json"]);
  const old = await project.run(["verify"], { input: token });
  expect(jsonOf(old)).toEqual({ outcome: "rejected", code: "key:wrong_secret" });
  expect((await project.run(["verify"], { input: rotated.token })).code).toBe(0);
});

test("people read when the old token ends, and get the new one on a line of its own", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const { code, stdout, stderr } = await project.run(["rotate", key.id]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^the old token works until \d{4}-/mu);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^sward_int_/u);
  expect(stderr).toContain("shown once");
});

test("the new token goes to a file, and the answer has none", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const args = ["rotate", key.id, "--token-file", "token", "--json"];
  expect(Object.keys(await project.answer<object>(args))).toEqual(["key", "retiring"]);
  const input = await readFile(join(project.cwd, "token"), "utf8");
  expect((await project.run(["verify"], { input })).code).toBe(0);
});

test("a token that could not be delivered is told, and the old one still works: exit 1", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  const args = ["rotate", key.id, "--token-to", "cat > /dev/null; exit 7", "--json"];
  const { code, stdout, stderr } = await project.run(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain(key.id);
  expect(stderr).toContain("it ended with 7");
  expect((await project.run(["verify"], { input: token })).code).toBe(0);
});

test("a revoked key is not rotated: exit 1; one that is not there: exit 3", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  await project.answer(["revoke", key.id, "--json"]);
  const revoked = await project.run(["rotate", key.id, "--json"]);
  expect(revoked.code).toBe(1);
  expect(jsonOf(revoked)).toMatchObject({ outcome: "refused", code: "key_revoked" });
  const unknown = await project.run(["rotate", "000000000009", "--json"]);
  expect(unknown.code).toBe(3);
  expect(jsonOf(unknown)).toMatchObject({ outcome: "refused", code: "key_unknown" });
});

test("an overlap beyond 30 days is refused: exit 3", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const run = await project.run(["rotate", key.id, "--overlap", "31d", "--json"]);
  expect(run.code).toBe(3);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "invalid", field: "overlap" });
});

test("without an id it is invalid input: exit 3, no data", async () => {
  const { code, stdout } = await (await keysProject()).run(["rotate"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});
