import assert from "node:assert/strict";
import type { ApprovalChange, ApprovalStatus } from "../approval-channel.ts";
import {
  after,
  answer,
  approvalChannelCase,
  askedAt,
  consume,
  create,
  idOf,
  lifeSeconds,
  listed,
  plenty,
  sampleAnswer,
  sampleRequest,
  statusOf,
} from "./approval-channel-case.ts";
import type { ApprovalChannelCase } from "./approval-channel-case.ts";

/** How many of some changes were made. */
function changes(outcomes: readonly ApprovalChange[]): number {
  return outcomes.filter(({ kind }) => kind === "changed").length;
}

/** The rules about how a question ends. */
export const answerCases: readonly ApprovalChannelCase[] = [
  approvalChannelCase(
    "an answer is kept as it was given, also once it was used",
    async ({ open }) => {
      const [channel, other] = [await open(), await open()];
      const approver = { type: "user", id: "grace", properties: { floor: 3 } };
      const said = {
        verdict: "approve",
        approver,
        at: after(60),
        note: "fine by me \u202E",
      } as const;
      const pending = await create(channel, "a");
      const record = { ...pending, status: "approved", answer: said };
      const answered = await channel.answer(idOf("a"), said, after(60));
      assert.deepEqual(answered, { kind: "changed", record });
      assert.deepEqual(await other.get(idOf("a"), after(60)), record);
      const consumed = { ...record, status: "consumed" };
      assert.deepEqual(await other.consume(idOf("a"), after(60)), {
        kind: "changed",
        record: consumed,
      });
      assert.deepEqual(await channel.get(idOf("a"), after(60)), consumed);
    },
  ),

  approvalChannelCase("of many answers at once one counts", async ({ open }) => {
    const handles = [await open(), await open(), await open()];
    for (const name of ["a", "b", "c"]) {
      await create(handles[0] ?? (await open()), name);
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          const channel = handles[index % handles.length] ?? (await open());
          const verdict = index % 2 === 0 ? "approve" : "deny";
          return await channel.answer(idOf(name), sampleAnswer(verdict), after(60));
        }),
      );
      assert.equal(changes(outcomes), 1);
      const won = outcomes.find((outcome) => outcome.kind === "changed");
      assert.deepEqual(await handles[1]?.get(idOf(name), after(60)), won?.record);
    }
  }),

  approvalChannelCase("of many uses at once one counts", async ({ open }) => {
    const handles = [await open(), await open(), await open()];
    for (const name of ["a", "b", "c"]) {
      const channel = handles[0] ?? (await open());
      await create(channel, name);
      await answer(channel, name, "approve");
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, async (_, index) => {
          const each = handles[index % handles.length] ?? channel;
          return await each.consume(idOf(name), after(120));
        }),
      );
      assert.equal(changes(outcomes), 1);
      const others = outcomes.filter(({ kind }) => kind !== "changed");
      for (const other of others) assert.deepEqual(other, { kind: "conflict", status: "consumed" });
    }
  }),

  approvalChannelCase("of many equal questions at once one is kept", async ({ open }) => {
    const handles = [await open(), await open()];
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const channel = handles[index % handles.length] ?? (await open());
        const request = sampleRequest(`q${String(index)}`, { binding: "the same" });
        return await channel.create(request, askedAt, plenty);
      }),
    );
    assert.equal(outcomes.filter(({ kind }) => kind === "created").length, 1);
    const ids = outcomes.map((outcome) => (outcome.kind === "full" ? "" : outcome.record.id));
    assert.equal(new Set(ids).size, 1);
    assert.equal((await listed(handles[0] ?? (await open()), askedAt)).length, 1);
  }),

  approvalChannelCase(
    "there is no way back from denied, consumed or expired, and none past the answer",
    async ({ open }) => {
      const channel = await open();
      await create(channel, "pending");
      for (const name of ["approved", "denied", "consumed"]) await create(channel, name);
      await answer(channel, "approved", "approve");
      await answer(channel, "denied", "deny");
      await answer(channel, "consumed", "approve");
      await consume(channel, "consumed");
      await create(channel, "expired", { expiresAt: after(1) });
      await channel.expire(after(1));
      const again = async (name: ApprovalStatus, ...steps: readonly ("answer" | "consume")[]) => {
        const before = await channel.get(idOf(name), after(120));
        for (const step of steps) {
          for (const verdict of ["approve", "deny"] as const) {
            const outcome =
              step === "consume"
                ? await channel.consume(idOf(name), after(120))
                : await channel.answer(idOf(name), sampleAnswer(verdict), after(120));
            assert.deepEqual(outcome, { kind: "conflict", status: name });
          }
        }
        assert.deepEqual(await channel.get(idOf(name), after(120)), before);
      };
      await again("pending", "consume");
      await again("approved", "answer");
      for (const name of ["denied", "consumed", "expired"] as const) {
        await again(name, "answer", "consume");
      }
    },
  ),

  approvalChannelCase(
    "what has expired is neither answered nor used, though nobody marked it",
    async ({ open }) => {
      const channel = await open();
      for (const name of ["a", "b", "c", "d"]) await create(channel, name);
      await answer(channel, "b", "approve");
      await answer(channel, "c", "approve");
      await answer(channel, "d", "deny");
      const before = after(lifeSeconds - 0.001);
      const then = after(lifeSeconds);
      assert.equal(await statusOf(channel, "a", before), "pending");
      assert.deepEqual(await channel.answer(idOf("a"), sampleAnswer("approve"), then), {
        kind: "conflict",
        status: "expired",
      });
      assert.deepEqual(await channel.consume(idOf("b"), then), {
        kind: "conflict",
        status: "expired",
      });
      assert.equal((await channel.consume(idOf("c"), before)).kind, "changed");
      const statuses = await Promise.all(
        ["a", "b", "c", "d"].map(async (name) => await statusOf(channel, name, then)),
      );
      assert.deepEqual(statuses, ["expired", "expired", "consumed", "denied"]);
      assert.deepEqual(await listed(channel, then, { status: "expired" }), ["a", "b"]);
      assert.deepEqual(await listed(channel, then, { status: "pending" }), []);
    },
  ),

  approvalChannelCase(
    "what has expired is marked once, and is expired whatever the clock says later",
    async ({ open }) => {
      const channel = await open();
      for (const name of ["a", "b", "c", "d"]) await create(channel, name);
      await answer(channel, "b", "approve");
      await answer(channel, "c", "deny");
      await create(channel, "later", { expiresAt: after(2 * lifeSeconds) });
      assert.equal(await channel.expire(after(60)), 0);
      assert.equal(await channel.expire(after(lifeSeconds)), 3);
      assert.equal(await channel.expire(after(lifeSeconds)), 0);
      assert.equal(await statusOf(channel, "a", after(60)), "expired");
      const answered = await channel.answer(idOf("a"), sampleAnswer("approve"), after(60));
      assert.deepEqual(answered, { kind: "conflict", status: "expired" });
      assert.equal(await statusOf(channel, "later", after(lifeSeconds)), "pending");
    },
  ),
];
