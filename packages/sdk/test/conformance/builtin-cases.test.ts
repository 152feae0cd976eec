import { describe, expect, test } from "vitest";
import { builtinCases } from "../../src/conformance.ts";
import type { BuiltinHarness } from "../../src/conformance.ts";
import type { Builtin } from "../../src/index.ts";
import { defineBuiltin, type } from "../../src/index.ts";
import { describeSuite } from "./broken-implementations.ts";

type Evaluate = (labels: readonly string[]) => unknown;

/** The label that comes first, in sorted order, and keeps every rule. */
function firstOf(labels: readonly string[]): string | undefined {
  if (labels.includes("forbidden")) throw new Error("a label that is forbidden");
  return labels.toSorted()[0];
}

function builtinOf(evaluate: Evaluate = firstOf): Builtin {
  return defineBuiltin({
    name: "acme.first",
    args: [type.array(type.string)],
    result: type.string,
    evaluate: evaluate as (labels: readonly string[]) => string,
  });
}

function harnessOf(open: () => Builtin = builtinOf): BuiltinHarness {
  return {
    open: async () => open(),
    answered: [[["secret", "internal"]], [["public"]], [[]]],
    failing: [[["forbidden"]]],
  };
}

function answers(evaluate: Evaluate): () => BuiltinHarness {
  return () => harnessOf(() => builtinOf(evaluate));
}

describeSuite(builtinCases, harnessOf, [
  {
    fault: "has a name without a name space",
    rule: "can be declared",
    harness: () => harnessOf(() => ({ ...builtinOf(), name: "first" })),
  },
  {
    fault: "has more arguments than can be passed",
    rule: "can be declared",
    harness: () => ({
      open: async () => {
        const { decl, ...rest } = builtinOf((labels) => firstOf(labels));
        const args = [decl.args[0]!, ...Array.from({ length: 4 }, () => type.null.json)];
        return { ...rest, decl: { ...decl, args } };
      },
      answered: [
        [["a"], null, null, null, null],
        [["b"], null, null, null, null],
      ],
    }),
  },
  {
    fault: "declares a type that Rego has not",
    rule: "can be declared",
    harness: () =>
      harnessOf(() => {
        const { decl, ...rest } = builtinOf();
        const of = { type: "string", format: "label" } as const;
        return { ...rest, decl: { ...decl, args: [{ type: "array", dynamic: of }] } };
      }),
  },
  {
    fault: "declares another name each time",
    rule: "the same JSON each time",
    harness: () => {
      let count = 0;
      return harnessOf(() => ({ ...builtinOf(), name: `acme.first${count++}` }));
    },
  },
  {
    fault: "throws for a sample",
    rule: "answers the samples",
    harness: answers((labels) => {
      if (labels.includes("public")) throw new Error("a label that is public");
      return firstOf(labels);
    }),
  },
  {
    fault: "answers everything alike",
    rule: "answers the samples",
    harness: answers((labels) => (labels.length > 0 ? firstOf(labels) && "label" : "label")),
  },
  {
    fault: "answers later",
    rule: "with no promise",
    harness: answers((labels) => {
      const first = firstOf(labels);
      return labels.length === 1 ? Promise.resolve(first) : first;
    }),
  },
  ...([7, Number.NaN, ["public"], new Date(0), "\uD800", null] as const).map((answer) => ({
    fault: `answers a single label with ${JSON.stringify(answer)}`,
    rule: "JSON of the type",
    harness: answers((labels) => {
      const first = firstOf(labels);
      return labels.length === 1 ? answer : first;
    }),
  })),
  {
    fault: "remembers how often it was asked",
    rule: "equal arguments",
    harness: () =>
      harnessOf(() => {
        let count = 0;
        return builtinOf((labels) => firstOf(labels) && `label ${count++}`);
      }),
  },
  {
    fault: "puts its answer into its argument",
    rule: "leaves its arguments",
    harness: answers((labels) => {
      const first = firstOf(labels);
      (labels as (string | undefined)[]).splice(0, 1, first);
      return first;
    }),
  },
  {
    fault: "answers frozen arguments otherwise",
    rule: "leaves its arguments",
    harness: answers((labels) => (Object.isFrozen(labels) ? "frozen" : firstOf(labels))),
  },
  {
    fault: "answers where it fails",
    rule: "throws an error",
    harness: answers((labels) => (labels.includes("forbidden") ? "none" : firstOf(labels))),
  },
  {
    fault: "is of no use after a failure",
    rule: "throws an error",
    harness: () =>
      harnessOf(() => {
        // Only where the failure is the first that it was asked: the other rules ask something else.
        const asked: string[] = [];
        return builtinOf((labels) => {
          asked.push(labels.join());
          if (asked.join(" ") === "forbidden secret,internal") throw new Error("no longer");
          return firstOf(labels);
        });
      }),
  },
]);

const samples: readonly {
  readonly builtin: Builtin;
  readonly harness: Omit<BuiltinHarness, "open">;
}[] = [
  {
    builtin: defineBuiltin({
      name: "acme.risk",
      args: [type.string],
      result: type.number,
      evaluate: (dataset) => {
        if (dataset === "boom") throw new Error("the risk service said no");
        return dataset === "unknown" ? undefined : dataset.length;
      },
    }),
    harness: { answered: [["payroll"], ["unknown"]], failing: [["boom"]] },
  },
  {
    builtin: defineBuiltin({
      name: "acme.echo",
      args: [type.any],
      result: type.any,
      evaluate: (value) => value,
    }),
    harness: { answered: [[{ a: [1, "b", null] }], [true]] },
  },
  {
    builtin: defineBuiltin({
      name: "acme.merge",
      args: [type.object(type.number), type.set(type.anyOf(type.string, type.null))],
      result: type.object(type.anyOf(type.number, type.set(type.any))),
      evaluate: (counts, names) => ({ ...counts, names }),
    }),
    harness: {
      answered: [
        [{ a: 1 }, ["b", null]],
        [{}, []],
      ],
    },
  },
];

describe.for(samples)("the builtin $builtin.name", ({ builtin, harness }) => {
  test.for(builtinCases)("$name", async ({ run }) => {
    await expect(run({ ...harness, open: async () => builtin })).resolves.toBeUndefined();
  });
});
