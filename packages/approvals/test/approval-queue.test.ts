import { join } from "node:path";
import type { ApprovalChannel } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { memoryApprovals } from "../src/memory-queue.ts";
import { sqliteApprovals } from "../src/sqlite-queue.ts";
import { idOf, now, sampleRequest, yes } from "./sample-request.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const queues: readonly (readonly [name: string, open: () => Promise<ApprovalChannel>])[] = [
  ["memory", async () => memoryApprovals()],
  ["SQLite", async () => sqliteApprovals(join(await temporaryFolder(), "approvals.db"))],
];

test.for(queues)(
  "a queue in %s whose owner never calls `expire` does not grow without end",
  async ([, open]) => {
    const queue = await open();
    await queue.create(sampleRequest("old"), now, 1);
    const tomorrow = "2026-03-02T10:15:00.001Z";
    const expiresAt = "2026-03-02T10:30:00.000Z";
    await queue.create(sampleRequest("new", { createdAt: tomorrow, expiresAt }), tomorrow, 1);
    expect((await queue.list(now)).map(({ id }) => id)).toEqual([idOf("new")]);
    await queue.close();
  },
);

test.for(queues)(
  "a queue in %s keeps no member that is none of a question or an answer",
  async ([, open]) => {
    const queue = await open();
    const request = { ...sampleRequest("a"), status: "approved", answer: yes };
    const created = await queue.create(request, now, 1);
    expect(created).toMatchObject({ kind: "created", record: { status: "pending" } });
    expect(await queue.get(idOf("a"), now)).toEqual({ ...sampleRequest("a"), status: "pending" });
    expect(await queue.consume(idOf("a"), now)).toEqual({ kind: "conflict", status: "pending" });
    await queue.close();
  },
);

test.for(queues)("a queue in %s takes no malformed answer", async ([, open]) => {
  const queue = await open();
  await queue.create(sampleRequest("a"), now, 1);
  const malformed: unknown[] = [
    undefined,
    {},
    { ...yes, verdict: "yes" },
    { ...yes, approver: { type: "user" } },
    { ...yes, at: "now" },
    { ...yes, note: "x".repeat(1_001) },
  ];
  for (const answer of malformed) {
    await expect(queue.answer(idOf("a"), answer as typeof yes, yes.at)).rejects.toThrow(TypeError);
  }
  expect(await queue.get(idOf("a"), now)).toMatchObject({ status: "pending" });
  await queue.close();
});
