import { setImmediate as turn } from "node:timers/promises";
import { memoryApprovals } from "@scopeward/approvals";
import { describe, expect, test } from "vitest";
import type { ApprovalChannel, ApprovalRecord } from "../../src/approval-channel.ts";
import { approvalChannelCases } from "../../src/conformance.ts";
import type { ApprovalChannelHarness } from "../../src/conformance.ts";

/** Makes a channel out of one that keeps every rule; once for each case. */
type Change = (channel: ApprovalChannel) => ApprovalChannel;

/** Another memory for whoever opens it after it was closed. */
function harnessOf(change: Change, isDurable = false): ApprovalChannelHarness {
  let current: ApprovalChannel | undefined;
  const open = async (): Promise<ApprovalChannel> => {
    if (current !== undefined) return current;
    const made = change(memoryApprovals());
    const close = async (): Promise<void> => {
      current = undefined;
      await made.close();
    };
    current = { ...made, close };
    return current;
  };
  return { open, isDurable };
}

/** A record that is its own, and that whoever has it can change. */
function loose<T>(value: T): T {
  return structuredClone(value);
}

const broken: readonly {
  readonly fault: string;
  readonly rule: string;
  readonly change: Change;
  readonly isDurable?: boolean;
}[] = [
  {
    fault: "keeps no resource",
    rule: "there as it was asked",
    change: (channel) => ({
      ...channel,
      create: async ({ resource, ...request }, ...rest) =>
        await channel.create(resource?.id === "sales" ? request : { ...request }, ...rest),
    }),
  },
  {
    fault: "does not look at the tenant of a filter",
    rule: "narrows it",
    change: (channel) => ({
      ...channel,
      list: async (now, { tenant, ...filter } = {}) =>
        await channel.list(
          now,
          tenant === "acme" && filter.keyId === undefined
            ? filter
            : { ...filter, ...(tenant === undefined ? {} : { tenant }) },
        ),
    }),
  },
  {
    fault: "lists everything",
    rule: "the thousand oldest",
    change: (channel) => {
      const last: ApprovalRecord[] = [];
      return {
        ...channel,
        create: async (...args) => {
          const created = await channel.create(...args);
          if (created.kind === "created" && created.record.id.startsWith("q1000")) {
            last.push(created.record);
          }
          return created;
        },
        list: async (...args) => [...(await channel.list(...args)), ...last],
      };
    },
  },
  {
    fault: "asks again once somebody has said yes",
    rule: "until that was used",
    change: (channel) => ({
      ...channel,
      create: async (request, ...rest) => {
        const created = await channel.create(request, ...rest);
        if (created.kind !== "existing" || created.record.status !== "approved") return created;
        return await channel.create({ ...request, binding: request.id }, ...rest);
      },
    }),
  },
  {
    fault: "asks again after a no",
    rule: "a person's no",
    change: (channel) => ({
      ...channel,
      create: async (request, ...rest) => {
        const created = await channel.create(request, ...rest);
        if (created.kind !== "existing" || created.record.status !== "denied") return created;
        return await channel.create({ ...request, binding: request.id }, ...rest);
      },
    }),
  },
  {
    fault: "does not bound what a key asks",
    rule: "as many pending questions as it may",
    change: (channel) => ({
      ...channel,
      create: async (request, now, most) =>
        await channel.create(request, now, most < 1 || !Number.isInteger(most) ? most : 99_999),
    }),
  },
  {
    fault: "hands out what it keeps",
    rule: "cannot change what is kept",
    change: (channel) => {
      const given = new Map<string, ApprovalRecord>();
      return {
        ...channel,
        get: async (...args) => {
          const record = await channel.get(...args);
          if (record === undefined || !("nested" in record.args)) return record;
          const kept = given.get(record.id) ?? loose(record);
          given.set(record.id, kept);
          return kept;
        },
      };
    },
  },
  {
    fault: "takes the text before a line feed for the id",
    rule: "malformed or unknown is unknown",
    change: (channel) => ({
      ...channel,
      get: async (id, now) => await channel.get(id === "a" ? "a-0000000000000000000000" : id, now),
    }),
  },
  {
    fault: "reads a time that is none as the beginning of time",
    rule: "is misuse",
    change: (channel) => ({
      ...channel,
      consume: async (id, now) =>
        await channel.consume(id, now === "" ? "2000-01-01T00:00:00Z" : now),
    }),
  },
  {
    fault: "forgets at once what has expired",
    rule: "is forgotten, and nothing sooner",
    change: (channel) => {
      const forgotten = new Set<string>();
      return {
        ...channel,
        expire: async (now) => {
          const records = await channel.list(now);
          if (records.some(({ id }) => id.startsWith("consumed")) && records.length === 4) {
            for (const { id } of records) forgotten.add(id);
          }
          return await channel.expire(now);
        },
        list: async (...args) =>
          (await channel.list(...args)).filter(({ id }) => !forgotten.has(id)),
      };
    },
  },
  {
    fault: "has nothing when it is opened again",
    rule: "that is durable",
    change: (channel) => channel,
    isDurable: true,
  },
  {
    fault: "answers after it was closed",
    rule: "a closed channel",
    change: (channel) => ({ ...channel, close: async () => undefined }),
  },
  {
    fault: "drops the note of an answer",
    rule: "kept as it was given",
    change: (channel) => ({
      ...channel,
      answer: async (id, { note, ...answer }, now) =>
        await channel.answer(id, note === undefined ? answer : { ...answer }, now),
    }),
  },
  {
    fault: "reads, waits and writes an answer",
    rule: "of many answers at once",
    change: (channel) => ({
      ...channel,
      answer: async (id, answer, now) => {
        const before = await channel.get(id, now);
        await turn();
        const outcome = await channel.answer(id, answer, now);
        const isRace = before?.status === "pending" && outcome.kind === "conflict";
        return isRace && outcome.status !== "expired"
          ? { kind: "changed", record: before }
          : outcome;
      },
    }),
  },
  {
    fault: "reads, waits and writes a use",
    rule: "of many uses at once",
    change: (channel) => ({
      ...channel,
      consume: async (id, now) => {
        const before = await channel.get(id, now);
        await turn();
        const outcome = await channel.consume(id, now);
        const isRace = before?.status === "approved" && outcome.kind === "conflict";
        return isRace && outcome.status !== "expired"
          ? { kind: "changed", record: before }
          : outcome;
      },
    }),
  },
  {
    fault: "looks for an equal question, waits, and then asks",
    rule: "of many equal questions at once",
    change: (channel) => {
      let underWay = 0;
      return {
        ...channel,
        create: async (request, ...rest) => {
          underWay += 1;
          await turn();
          const isAlone = underWay === 1;
          underWay -= 1;
          const binding = isAlone || request.binding !== "the same" ? request.binding : request.id;
          return await channel.create({ ...request, binding }, ...rest);
        },
      };
    },
  },
  {
    fault: "lets a no be taken back",
    rule: "no way back",
    change: (channel) => ({
      ...channel,
      answer: async (id, answer, now) => {
        const outcome = await channel.answer(id, answer, now);
        const record = await channel.get(id, now);
        const isBack = outcome.kind === "conflict" && id.startsWith("denied");
        return isBack && record !== undefined ? { kind: "changed", record } : outcome;
      },
    }),
  },
  {
    fault: "waits for somebody to mark what has expired",
    rule: "though nobody marked it",
    change: (channel) => ({
      ...channel,
      consume: async (id, now) => {
        const outcome = await channel.consume(id, now);
        const isLate = outcome.kind === "conflict" && outcome.status === "expired";
        return isLate && id.startsWith("b")
          ? await channel.consume(id, "2026-03-01T10:01:00Z")
          : outcome;
      },
    }),
  },
  {
    fault: "counts again what it has marked",
    rule: "is marked once",
    change: (channel) => ({
      ...channel,
      expire: async (now) => {
        const marked = await channel.expire(now);
        return marked + (await channel.list(now, { status: "expired" })).length;
      },
    }),
  },
];

describe("a channel that keeps every rule", () => {
  test.for(approvalChannelCases)("$name", async ({ run }) => {
    await expect(run(harnessOf((channel) => channel))).resolves.toBeUndefined();
  });
});

describe("a channel that breaks one rule fails the case about it, and no other", () => {
  test.for(broken)("$fault", async ({ rule, change, isDurable = false }) => {
    const outcomes = await Promise.allSettled(
      approvalChannelCases.map(async ({ run }) => await run(harnessOf(change, isDurable))),
    );
    const failed = approvalChannelCases.filter(
      (_, index) => outcomes[index]?.status === "rejected",
    );
    expect(failed.map(({ name }) => name)).toEqual([expect.stringContaining(rule)]);
  });
});

test("there is a channel that breaks each rule", () => {
  for (const { name } of approvalChannelCases) {
    expect(
      broken.filter(({ rule }) => name.includes(rule)),
      name,
    ).not.toEqual([]);
  }
});
