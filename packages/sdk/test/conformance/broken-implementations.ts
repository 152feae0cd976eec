import { describe, expect, test } from "vitest";

/** A case of any suite. */
interface Case<H> {
  readonly name: string;
  readonly run: (harness: H) => Promise<void>;
}

/** What breaks one rule. */
export interface Broken<H> {
  readonly fault: string;
  /** A part of the name of the case that finds it. */
  readonly rule: string;
  readonly harness: () => H;
}

/** Holds a suite against what keeps every rule, and against what breaks one each. */
export function describeSuite<H>(
  cases: readonly Case<H>[],
  sound: () => H,
  broken: readonly Broken<H>[],
): void {
  describe("what keeps every rule", () => {
    test.for(cases)("$name", async ({ run }) => {
      await expect(run(sound())).resolves.toBeUndefined();
    });
  });

  describe("what breaks one rule fails the case about it, and no other", () => {
    test.for(broken)("$fault", async ({ rule, harness }) => {
      const outcomes = await Promise.allSettled(cases.map(({ run }) => run(harness())));
      const failed = cases.filter((_, index) => outcomes[index]?.status === "rejected");
      expect(failed.map(({ name }) => name)).toEqual([expect.stringContaining(rule)]);
    });
  });

  test("something breaks each rule", () => {
    for (const { name } of cases) {
      expect(
        broken.filter(({ rule }) => name.includes(rule)),
        name,
      ).not.toEqual([]);
    }
  });
}
