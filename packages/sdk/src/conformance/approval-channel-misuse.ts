import assert from "node:assert/strict";
import {
  after,
  answer,
  approvalChannelCase,
  askedAt,
  create,
  idOf,
  plenty,
  sampleAnswer,
  sampleRequest,
} from "./approval-channel-case.ts";
import type { ApprovalChannelCase } from "./approval-channel-case.ts";

/** The rules about what a caller must not be able to do. */
export const misuseCases: readonly ApprovalChannelCase[] = [
  approvalChannelCase("whoever was given a record cannot change what is kept", async ({ open }) => {
    const channel = await open();
    const request = sampleRequest("a", { args: { nested: { limit: 10 } } });
    const created = await channel.create(request, askedAt, plenty);
    assert(created.kind === "created");
    const kept = JSON.stringify(created.record);
    const list = await channel.list(askedAt);
    const read = await channel.get(request.id, askedAt);
    const all: readonly unknown[] = [created.record, read, list[0], request];
    for (const given of all) {
      try {
        (given as { status: string }).status = "approved";
      } catch {
        // It is frozen.
      }
      try {
        (given as { args: { nested: { limit: number } } }).args.nested.limit = 10_000;
      } catch {
        // It is frozen.
      }
      assert.equal(JSON.stringify(await channel.get(request.id, askedAt)), kept);
    }
  }),

  approvalChannelCase(
    "an id that is malformed or unknown is unknown, and no question has it or that of another",
    async ({ open }) => {
      const channel = await open();
      const record = await create(channel, "a");
      const malformed: unknown[] = [
        "",
        "a",
        "../../etc/passwd",
        `${"a".repeat(22)}\n`,
        "é".repeat(22),
      ];
      const impossible: unknown[] = [
        undefined,
        null,
        7,
        {},
        "__proto__",
        "a' OR '1' = '1' -- 000000",
      ];
      for (const id of [...malformed, ...impossible, idOf("b")] as string[]) {
        assert.equal(await channel.get(id, askedAt), undefined);
        const answered = await channel.answer(id, sampleAnswer("approve"), after(60));
        assert.deepEqual(answered, { kind: "unknown" });
        assert.deepEqual(await channel.consume(id, after(60)), { kind: "unknown" });
      }
      for (const id of [...malformed, idOf("a")] as string[]) {
        const request = sampleRequest("b", { id });
        await assert.rejects(channel.create(request, askedAt, plenty), TypeError);
      }
      assert.deepEqual(await channel.list(askedAt), [record]);
    },
  ),

  approvalChannelCase("a time that is none, and a bound below one, is misuse", async ({ open }) => {
    const channel = await open();
    await create(channel, "a");
    await answer(channel, "a", "approve");
    for (const now of ["", "soon", "2026-02-30T10:00:00Z", "2026-03-01T10:00:00+02:00"]) {
      const request = sampleRequest("b");
      await assert.rejects(channel.create(request, now, plenty), TypeError);
      await assert.rejects(channel.get(idOf("a"), now), TypeError);
      await assert.rejects(channel.list(now), TypeError);
      await assert.rejects(channel.answer(idOf("a"), sampleAnswer("deny"), now), TypeError);
      await assert.rejects(channel.consume(idOf("a"), now), TypeError);
      await assert.rejects(channel.expire(now), TypeError);
      const endless = sampleRequest("b", { expiresAt: now });
      await assert.rejects(channel.create(endless, askedAt, plenty), TypeError);
    }
    for (const bound of [0, -1, 1.5, Number.NaN]) {
      await assert.rejects(channel.create(sampleRequest("b"), askedAt, bound), RangeError);
    }
    const [record] = await channel.list(after(60));
    assert.equal(record?.status, "approved");
  }),

  approvalChannelCase("a closed channel rejects every call", async ({ open }) => {
    const channel = await open();
    await create(channel, "a");
    await channel.close();
    await channel.close();
    await assert.rejects(channel.create(sampleRequest("b"), askedAt, plenty));
    await assert.rejects(channel.get(idOf("a"), askedAt));
    await assert.rejects(channel.list(askedAt));
    await assert.rejects(channel.answer(idOf("a"), sampleAnswer("approve"), after(60)));
    await assert.rejects(channel.consume(idOf("a"), after(60)));
    await assert.rejects(channel.expire(askedAt));
  }),
];
