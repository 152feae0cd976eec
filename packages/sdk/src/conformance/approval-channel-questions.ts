import assert from "node:assert/strict";
import type { ApprovalRecord, ApprovalRequest } from "../approval-channel.ts";
import {
  after,
  answer,
  approvalChannelCase,
  askedAt,
  consume,
  create,
  daySeconds,
  idOf,
  lifeSeconds,
  listed,
  plenty,
  sampleAnswer,
  sampleRequest,
} from "./approval-channel-case.ts";
import type { ApprovalChannelCase } from "./approval-channel-case.ts";

const full: Partial<ApprovalRequest> = {
  subject: { type: "user", id: "ada", properties: { groups: ["sales"] } },
  actors: [{ type: "agent", id: "researcher" }],
  resource: { type: "dataset", id: "sales", properties: { rows: 3 } },
  args: {
    text: ' "\\\n\r\u2028\u0000 é \u{1F600}\u202E',
    number: -1.5e-7,
    nested: { a: [null, {}] },
  },
  codes: ["large_export", "odd_hours"],
  reasons: [{ code: "large_export", message: "more than 10,000 rows" }, { code: "odd_hours" }],
};

/** The rules about what is asked, listed and forgotten. */
export const questionCases: readonly ApprovalChannelCase[] = [
  approvalChannelCase("a question is there as it was asked, for every handle", async ({ open }) => {
    const [channel, other] = [await open(), await open()];
    const record = { ...sampleRequest("a", full), status: "pending" };
    assert.deepEqual(await create(channel, "a", full), record);
    assert.deepEqual(await channel.get(idOf("a"), askedAt), record);
    assert.deepEqual(await other.get(idOf("a"), askedAt), record);
    assert.deepEqual(await other.list(askedAt), [record]);
  }),

  approvalChannelCase(
    "a list is the oldest first, and every member of a filter narrows it",
    async ({ open }) => {
      const channel = await open();
      await create(channel, "late", { createdAt: after(3) });
      await create(channel, "first");
      await create(channel, "tenant", { createdAt: after(1), tenant: "other" });
      await create(channel, "key", { createdAt: after(2), keyId: "000000000002" });
      await answer(channel, "first", "approve");
      const list = async (filter?: Parameters<typeof channel.list>[1]) =>
        await listed(channel, after(60), filter);
      assert.deepEqual(await list(), ["first", "tenant", "key", "late"]);
      assert.deepEqual(await list({}), ["first", "tenant", "key", "late"]);
      assert.deepEqual(await list({ tenant: "acme" }), ["first", "key", "late"]);
      assert.deepEqual(await list({ keyId: "000000000001" }), ["first", "tenant", "late"]);
      assert.deepEqual(await list({ status: "pending" }), ["tenant", "key", "late"]);
      assert.deepEqual(await list({ status: "approved" }), ["first"]);
      assert.deepEqual(await list({ tenant: "acme", status: "pending", keyId: "000000000001" }), [
        "late",
      ]);
      assert.deepEqual(await list({ status: "denied" }), []);
    },
  ),

  approvalChannelCase("a list holds the thousand oldest at most", async ({ open }) => {
    const channel = await open();
    for (let count = 0; count <= 1_000; count += 1) await create(channel, `q${String(count)}`);
    const names = await listed(channel, askedAt);
    assert.equal(names.length, 1_000);
    assert(!names.includes("q1000"), "of equal age, the one that was asked last is left out");
  }),

  approvalChannelCase(
    "an equal question is the same record, until that was used",
    async ({ open }) => {
      const [channel, other] = [await open(), await open()];
      const binding = "the same";
      const again = async (name: string) =>
        await other.create(sampleRequest(name, { binding }), after(60), plenty);
      const first = await create(channel, "a", { binding });
      assert.deepEqual(await again("b"), { kind: "existing", record: first });
      const approved = await answer(channel, "a", "approve");
      assert.deepEqual(await again("c"), { kind: "existing", record: approved });
      await consume(channel, "a");
      const created = await again("d");
      assert(created.kind === "created" && created.record.id === idOf("d"));
      assert.deepEqual(await listed(channel, after(120)), ["a", "d"]);
    },
  ),

  approvalChannelCase(
    "a person's no answers the equal question too, until it expires",
    async ({ open }) => {
      const channel = await open();
      const binding = "the same";
      await create(channel, "a", { binding });
      const denied = await answer(channel, "a", "deny");
      const again = async (seconds: number) => {
        const expiresAt = after(seconds + lifeSeconds);
        const request = sampleRequest("b", { binding, createdAt: after(seconds), expiresAt });
        return await channel.create(request, after(seconds), plenty);
      };
      assert.deepEqual(await again(lifeSeconds - 1), { kind: "existing", record: denied });
      const created = await again(lifeSeconds);
      assert(created.kind === "created" && created.record.status === "pending");
    },
  ),

  approvalChannelCase(
    "a key of a tenant has as many pending questions as it may, and no more",
    async ({ open }) => {
      const [channel, other] = [await open(), await open()];
      const ask = async (name: string, members: Partial<ApprovalRequest> = {}, seconds = 0) => {
        const expiresAt = after(seconds + lifeSeconds);
        const request = sampleRequest(name, { expiresAt, ...members });
        return (await other.create(request, after(seconds), 2)).kind;
      };
      const kinds = await Promise.all(
        ["a", "b", "c", "d", "e"].map(async (name) => await ask(name)),
      );
      assert.deepEqual(kinds.toSorted(), ["created", "created", "full", "full", "full"]);
      assert.equal(await ask("f", { keyId: "000000000002" }), "created");
      assert.equal(await ask("g", { tenant: "other" }), "created");
      const [pending] = await channel.list(askedAt, { keyId: "000000000001", tenant: "acme" });
      assert(pending !== undefined);
      assert.equal(await ask("h", { binding: pending.binding }), "existing", "it is there already");
      await channel.answer(pending.id, sampleAnswer("approve"), after(60));
      assert.equal(await ask("i"), "created", "an answered one is not pending");
      assert.equal(await ask("j"), "full");
      assert.equal(await ask("k", {}, lifeSeconds), "created", "one that expired is not pending");
    },
  ),

  approvalChannelCase(
    "what expired more than a day ago is forgotten, and nothing sooner",
    async ({ open }) => {
      const channel = await open();
      const names = ["pending", "approved", "denied", "consumed"];
      for (const name of names) await create(channel, name);
      await answer(channel, "approved", "approve");
      await answer(channel, "denied", "deny");
      await answer(channel, "consumed", "approve");
      await consume(channel, "consumed");
      await channel.expire(after(daySeconds));
      assert.deepEqual(await listed(channel, after(daySeconds)), names);
      const later = after(lifeSeconds + daySeconds + 1);
      await channel.expire(later);
      assert.deepEqual(await channel.list(later), []);
      assert.equal(await channel.get(idOf("pending"), later), undefined);
    },
  ),

  approvalChannelCase(
    "a channel that is durable has everything after its last handle was closed",
    async ({ open, isDurable }) => {
      if (!isDurable) return;
      const channel = await open();
      const kept: ApprovalRecord[] = [await create(channel, "a", full)];
      for (const name of ["b", "c", "d"]) await create(channel, name);
      kept.push(await answer(channel, "b", "approve"), await answer(channel, "c", "deny"));
      await answer(channel, "d", "approve");
      kept.push(await consume(channel, "d"));
      await channel.close();
      assert.deepEqual(await (await open()).list(after(120)), kept);
    },
  ),
];
