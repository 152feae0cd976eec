import { limiterCases } from "../../src/conformance.ts";
import type { LimitedCall, Limiter } from "../../src/index.ts";
import type { LimiterHarness } from "../../src/conformance.ts";
import { describeSuite } from "./broken-implementations.ts";

const call: LimitedCall = {
  principal: { key: { id: "000000000001" } } as LimitedCall["principal"],
  action: { type: "tool", name: "sql_query" },
  args: {},
  decisionId: "d",
};

/** What the limiter of one case counts. */
class Counted {
  readonly running = new Set<string>();
  next = 0;
  isBlocked = false;
}

/** Limits what runs at once to three, and keeps every rule. */
function memoryLimiter(counted: Counted): Limiter {
  return {
    reserve: async () => {
      if (counted.isBlocked) throw new Error("the counters are away");
      if (counted.running.size >= 3) {
        return { kind: "refused", reason: { code: "too_many_at_once" } };
      }
      const id = String(++counted.next);
      counted.running.add(id);
      return { kind: "reserved", id };
    },
    settle: async (id) => void counted.running.delete(id),
    release: async (id) => void counted.running.delete(id),
  };
}

function harnessOf(
  change: (limiter: Limiter, counted: Counted) => Partial<Limiter> = () => ({}),
): LimiterHarness {
  const counted = new Counted();
  const limiter = memoryLimiter(counted);
  return {
    open: async () => ({ ...limiter, ...change(limiter, counted) }),
    call: () => ({ ...call }),
    capacity: 3,
    block: async () => {
      counted.isBlocked = true;
      return async () => {
        counted.isBlocked = false;
      };
    },
  };
}

describeSuite(limiterCases, harnessOf, [
  {
    fault: "gives an id that is empty",
    rule: "an id of its own",
    harness: () =>
      harnessOf((limiter, counted) => ({
        reserve: async (asked) => {
          const answer = await limiter.reserve(asked);
          if (answer.kind !== "reserved" || counted.next !== 2) return answer;
          return { kind: "reserved", id: "" };
        },
      })),
  },
  {
    fault: "refuses with a code that is reserved",
    rule: "a code of the limiter's own",
    harness: () =>
      harnessOf((limiter) => ({
        reserve: async (asked) => {
          const answer = await limiter.reserve(asked);
          if (answer.kind === "reserved") return answer;
          return { kind: "refused", reason: { code: "engine:timeout" } };
        },
      })),
  },
  {
    fault: "looks first and counts later",
    rule: "of many at once",
    harness: () =>
      harnessOf((limiter, counted) => {
        let underWay = 0;
        return {
          reserve: async (asked) => {
            underWay++;
            await Promise.resolve();
            // Only where many come at once, so that the other cases do not find it.
            if (underWay > 6) counted.running.clear();
            return limiter.reserve(asked).finally(() => underWay--);
          },
        };
      }),
  },
  {
    fault: "gives back twice what is released twice",
    rule: "may be reserved again, once",
    harness: () =>
      harnessOf((limiter, counted) => {
        const released = new Set<string>();
        return {
          settle: async (id) => {
            released.delete(id);
            await limiter.settle(id);
          },
          release: async (id) => {
            if (released.has(id)) counted.running.delete([...counted.running][0] ?? "");
            if (counted.running.has(id)) released.add(id);
            await limiter.release(id);
          },
        };
      }),
  },
  {
    fault: "keeps what is released",
    rule: "may be reserved again, once",
    harness: () => harnessOf(() => ({ release: async () => undefined })),
  },
  {
    fault: "gives back what was settled once more when it is released",
    rule: "cannot be released afterwards",
    harness: () =>
      harnessOf((limiter, counted) => {
        const settled = new Set<string>();
        return {
          settle: async (id) => {
            if (counted.running.has(id)) settled.add(id);
            await limiter.settle(id);
          },
          release: async (id) => {
            if (settled.has(id)) counted.running.delete([...counted.running][0] ?? "");
            await limiter.release(id);
          },
        };
      }),
  },
  {
    fault: "gives back for an id that it does not know",
    rule: "an id that it did not give",
    harness: () =>
      harnessOf((limiter, counted) => ({
        release: async (id) => {
          if (Number.isNaN(Number(id))) counted.running.delete([...counted.running][0] ?? "");
          await limiter.release(id);
        },
      })),
  },
  {
    fault: "lets all pass while it cannot count",
    rule: "cannot count",
    harness: () =>
      harnessOf((limiter, counted) => ({
        reserve: async (asked) =>
          counted.isBlocked ? { kind: "reserved", id: "unlimited" } : limiter.reserve(asked),
      })),
  },
]);
