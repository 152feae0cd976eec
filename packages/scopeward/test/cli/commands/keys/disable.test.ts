import type { KeyRecord } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

test("a disabled key is rejected until it is enabled again", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  const disabled = await project.answer<{ key: KeyRecord; effectiveBy: string }>([
    "disable",
    key.id,
    "--reason",
    "on leave",
    "--json",
  ]);
  expect(Object.keys(disabled)).toEqual(["key", "effectiveBy"]);
  expect(disabled.key.status).toBe("disabled");
  const run = await project.run(["verify"], { input: token });
  expect(jsonOf(run)).toEqual({ outcome: "rejected", code: "key:disabled" });
  await project.answer(["enable", key.id, "--json"]);
  expect((await project.run(["verify"], { input: token })).code).toBe(0);
});

test("people read which key stops, and when everywhere", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  const { stdout } = await project.run(["disable", key.id]);
  expect(stdout).toMatch(/^1 key disabled; no node accepts it after \d{4}-/mu);
});

test("a key that is not there: exit 3; one that is revoked: exit 1", async () => {
  const project = await keysProject();
  const unknown = await project.run(["disable", "000000000009", "--json"]);
  expect(unknown.code).toBe(3);
  expect(jsonOf(unknown)).toMatchObject({ outcome: "refused", code: "key_unknown" });
  const { key } = await project.issue();
  await project.answer(["revoke", key.id, "--json"]);
  expect((await project.run(["disable", key.id])).code).toBe(1);
});

test("without an id it is invalid input: exit 3, no data", async () => {
  const { code, stdout } = await (await keysProject()).run(["disable"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});
