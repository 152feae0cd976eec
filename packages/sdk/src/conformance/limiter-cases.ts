import assert from "node:assert/strict";
import type { LimitedCall, Limiter, Reservation } from "../limiter.ts";

/** What an implementation of Limiter brings to one case: one that has counted nothing yet. */
export interface LimiterHarness {
  readonly open: () => Promise<Limiter>;
  /** A call, made anew, that counts towards one and the same limit each time. */
  readonly call: () => LimitedCall;
  /** How many of them may be reserved before one is refused, 2 to 100. */
  readonly capacity: number;
  /** Makes it unable to count, as a store that is away does. @returns a function that ends it. */
  readonly block?: () => Promise<() => Promise<void>>;
}

/** One rule that every limiter keeps. */
export interface LimiterCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the limiter breaks the rule. Needs no test runner. */
  readonly run: (harness: LimiterHarness) => Promise<void>;
}

async function reserve(
  limiter: Limiter,
  { call }: LimiterHarness,
  count: number,
): Promise<Reservation[]> {
  return await Promise.all(Array.from({ length: count }, () => limiter.reserve(call())));
}

function idsOf(reservations: readonly Reservation[]): string[] {
  return reservations.flatMap((each) => (each.kind === "reserved" ? [each.id] : []));
}

/** A limiter of which all is reserved, with the ids. */
async function filled(harness: LimiterHarness): Promise<[Limiter, string, readonly string[]]> {
  const limiter = await harness.open();
  const [first, ...ids] = idsOf(await reserve(limiter, harness, harness.capacity));
  assert(first !== undefined);
  return [limiter, first, ids];
}

/** How many of so many more calls are reserved. */
async function more(limiter: Limiter, harness: LimiterHarness, count: number): Promise<number> {
  return idsOf(await reserve(limiter, harness, count)).length;
}

/** Every rule of the port {@link Limiter}, for the author of an implementation. */
export const limiterCases: readonly LimiterCase[] = [
  {
    name: "each reservation has an id of its own",
    run: async (harness) => {
      const reserved = await reserve(await harness.open(), harness, 2);
      const ids = idsOf(reserved);
      assert.equal(ids.length, 2);
      assert(new Set(ids).size === 2 && !ids.includes(""));
    },
  },
  {
    name: "what is refused has a code of the limiter's own",
    run: async (harness) => {
      const [limiter] = await filled(harness);
      const refused = await limiter.reserve(harness.call());
      assert(refused.kind === "refused");
      assert.match(refused.reason.code, /^[a-z][a-z0-9_]*$/u);
    },
  },
  {
    name: "of many at once no more are reserved than may be",
    run: async (harness) => {
      const limiter = await harness.open();
      assert.equal(await more(limiter, harness, harness.capacity * 2 + 10), harness.capacity);
    },
  },
  {
    name: "what is released may be reserved again, once",
    run: async (harness) => {
      const [limiter, first] = await filled(harness);
      await limiter.release(first);
      await limiter.release(first).catch(() => undefined);
      assert.equal(await more(limiter, harness, 3), 1);
    },
  },
  {
    name: "what is settled cannot be released afterwards",
    run: async (harness) => {
      const [limiter, first] = await filled(harness);
      await limiter.settle(first);
      // A limiter of what runs at once gives back what is done; one of what ran in an hour does not.
      const free = await more(limiter, harness, 3);
      assert(free <= 1);
      await limiter.release(first).catch(() => undefined);
      await limiter.settle(first).catch(() => undefined);
      assert.equal(await more(limiter, harness, 3), 0);
    },
  },
  {
    name: "an id that it did not give gives nothing back",
    run: async (harness) => {
      const [limiter] = await filled(harness);
      for (const id of ["", "no such id", "__proto__", "x".repeat(9_999)]) {
        await limiter.release(id).catch(() => undefined);
        await limiter.settle(id).catch(() => undefined);
      }
      assert.equal(await more(limiter, harness, 3), 0);
    },
  },
  {
    name: "a limiter that cannot count reserves nothing, until it can",
    run: async (harness) => {
      if (harness.block === undefined) return;
      const limiter = await harness.open();
      const release = await harness.block();
      try {
        const answer = await limiter.reserve(harness.call()).catch(() => undefined);
        assert.notEqual(answer?.kind, "reserved");
      } finally {
        await release();
      }
      assert.equal(await more(limiter, harness, 1), 1);
    },
  },
];
