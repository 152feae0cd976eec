import { expect, test } from "vitest";
import type { Notice } from "../../src/enforcement/notice.ts";
import { notifyObligation } from "../../src/obligations/notify.ts";
import { dutyOf } from "./duty.ts";

test("who is told learns of the call, and nothing of its arguments", async () => {
  const told: Notice[] = [];
  const handler = notifyObligation((notice) => void told.push(notice));
  const obligation = { type: "notify", channel: "security", message: "an export" };
  await handler.fulfil(dutyOf(obligation, { args: { body: "hidden" } }));
  expect(told).toEqual([
    {
      channel: "security",
      message: "an export",
      decisionId: "decision1",
      tenant: "acme",
      keyId: "key1",
      subject: { type: "user", id: "ada" },
      action: { type: "tool", name: "read_user" },
    },
  ]);
});

test("where nobody can be told, the duty is not done", async () => {
  const duty = dutyOf({ type: "notify", channel: "security" });
  await expect(notifyObligation(undefined).fulfil(duty)).rejects.toMatchObject({
    code: "nobody_to_tell",
  });
});
