import { fc } from "@fast-check/vitest";
import { type ActorName, datasets, type DatasetLimit, type Grant, grants } from "./tree-model.ts";

/** What an issue, a delegation or an update asks for; what is absent is not said. */
export interface Ask {
  readonly scopes?: readonly Grant[];
  /** `null`: an update that leaves the constraint out. */
  readonly dataset?: DatasetLimit | null;
  /** `null`: an update that removes the end. */
  readonly minutes?: number | null;
}

/** One step: `at` names one of the keys so far, by its place modulo their number. */
export type Command =
  | { readonly do: "issue"; readonly actor: ActorName; readonly owner: string; readonly ask: Ask }
  | {
      readonly do: "delegate";
      readonly actor: ActorName;
      readonly at: number;
      readonly owner: string;
      readonly ask: Ask;
    }
  | { readonly do: "update"; readonly actor: ActorName; readonly at: number; readonly ask: Ask }
  | {
      readonly do: "rotate";
      readonly actor: ActorName;
      readonly at: number;
      readonly overlap: "0s" | "30m";
    }
  | {
      readonly do: "revoke" | "disable" | "enable";
      readonly actor: ActorName;
      readonly at: number;
    }
  | { readonly do: "wait"; readonly minutes: number };

const actor = fc.oneof(
  { weight: 3, arbitrary: fc.constant<ActorName>("local") },
  { weight: 2, arbitrary: fc.constantFrom<ActorName>("ada's manager", "everybody's manager") },
);
const owner = fc.constantFrom("user:ada", "user:bob");
const at = fc.nat({ max: 30 });
const scopes = fc.oneof(
  // Often what is likely to be within the parents, so that trees grow.
  { weight: 2, arbitrary: fc.constantFrom<readonly Grant[]>(["a:r"], ["a:*"], ["a:r", "b:r"]) },
  {
    weight: 1,
    arbitrary: fc.uniqueArray(fc.constantFrom(...(Object.keys(grants) as Grant[])), {
      minLength: 1,
      maxLength: 3,
    }),
  },
);
const dataset = fc.subarray(datasets.filter((name) => name !== "other"));
const minutes = fc.constantFrom(30, 60, 120);

const ask: fc.Arbitrary<Ask> = fc
  .record({ scopes, dataset, minutes }, { requiredKeys: ["scopes"] })
  .map((given) => given);
const change: fc.Arbitrary<Ask> = fc.record(
  { scopes, dataset: fc.option(dataset), minutes: fc.option(minutes) },
  { requiredKeys: [] },
);

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("issue" as const), actor, owner, ask }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("delegate" as const), actor, at, owner, ask }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("update" as const), actor, at, ask: change }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("rotate" as const),
      actor,
      at,
      overlap: fc.constantFrom("0s" as const, "30m" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("revoke" as const, "disable" as const, "enable" as const),
      actor,
      at,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.constantFrom(10, 40) }),
  },
);

// A chain of wide keys, up to five below its root: without it few keys would come to stand that deep.
const trunk: fc.Arbitrary<readonly Command[]> = fc
  .array(
    fc.record({
      owner,
      ask: fc.record(
        { scopes: fc.constant(["**"] as const), dataset: fc.constant(datasets.slice(0, 2)) },
        { requiredKeys: ["scopes"] },
      ),
    }),
    { maxLength: 5, size: "max" },
  )
  .map((keys) => [
    { do: "issue", actor: "local", owner: "user:ada", ask: { scopes: ["**"] } },
    ...keys.map((key, place) => ({ do: "delegate", actor: "local", at: place, ...key }) as const),
  ]);

/** Whole histories. */
export const histories: fc.Arbitrary<readonly Command[]> = fc
  .tuple(trunk, fc.array(command, { minLength: 5, maxLength: 30 }))
  .map(([first, then]) => [...first, ...then]);
