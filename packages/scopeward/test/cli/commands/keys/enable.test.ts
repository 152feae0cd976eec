import type { KeyRecord } from "@scopeward/keys";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

test("the answer is the key as it is then", async () => {
  const project = await keysProject();
  const { key } = await project.issue();
  await project.answer(["disable", key.id, "--json"]);
  const answer = await project.answer<{ key: KeyRecord }>(["enable", key.id, "--json"]);
  expect(Object.keys(answer)).toEqual(["key"]);
  expect(answer.key).toMatchObject({ id: key.id, status: "active", version: 3 });
});

test("a key that is not there: exit 3", async () => {
  const run = await (await keysProject()).run(["enable", "000000000009", "--json"]);
  expect(run.code).toBe(3);
  expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "key_unknown" });
});
