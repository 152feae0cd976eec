import assert from "node:assert/strict";
import { types } from "node:util";
import type { JsonValue } from "@scopeward/core";
import type { Builtin } from "../builtin.ts";
import { defineBuiltin } from "../builtin.ts";
import { fitsType } from "../declared-type.ts";
import { ask, askCopy, frozenCopy, isRegoTypeJson, valuesOf } from "./builtin-values.ts";

/** What the author of a Builtin brings to one case. */
export interface BuiltinHarness {
  /** Makes the builtin as its module does. */
  readonly open: () => Promise<Builtin>;
  /** Arguments that it answers, undefined included: at least two lists, with different answers. */
  readonly answered: readonly (readonly JsonValue[])[];
  /** Arguments of its types for which it fails; absent where it answers all of them. */
  readonly failing?: readonly (readonly JsonValue[])[];
}

/** One rule that every builtin keeps. */
export interface BuiltinCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the builtin breaks the rule. Needs no test runner. */
  readonly run: (harness: BuiltinHarness) => Promise<void>;
}

/** The samples, and others of the declared types that policies may hand over. */
function questions({ decl }: Builtin, { answered, failing = [] }: BuiltinHarness): JsonValue[][] {
  const samples = [...answered, ...failing].map((args) => [...args]);
  const [first = []] = samples;
  const others = decl.args.flatMap((declared, index) =>
    valuesOf(declared).map((value) => first.with(index, value)),
  );
  return [...samples, ...others];
}

function texts(builtin: Builtin, asked: JsonValue[][]): string[] {
  return asked.map((args) => askCopy(builtin, args).text);
}

/** Every rule of the port {@link Builtin}, for the author of a plugin. */
export const builtinCases: readonly BuiltinCase[] = [
  {
    name: "its name and its types are ones that can be declared",
    run: async ({ open }) => {
      const { name, decl } = await open();
      const [args, result] = [decl.args.map((json) => ({ json })), { json: decl.result }];
      assert.doesNotThrow(() => defineBuiltin({ name, args, result, evaluate: () => undefined }));
      assert.equal(decl.type, "function");
      assert([...decl.args, decl.result].every(isRegoTypeJson));
    },
  },
  {
    name: "its declaration is the same JSON each time, whatever it was asked",
    run: async (harness) => {
      const [first, second] = [await harness.open(), await harness.open()];
      const before = JSON.stringify([first.name, first.decl]);
      for (const args of questions(first, harness)) askCopy(first, args);
      assert.equal(JSON.stringify([first.name, first.decl]), before);
      assert.equal(JSON.stringify([second.name, second.decl]), before);
    },
  },
  {
    name: "it answers the samples, and not all of them alike",
    run: async (harness) => {
      const builtin = await harness.open();
      const outcomes = harness.answered.map((args) => {
        assert.equal(args.length, builtin.decl.args.length);
        return askCopy(builtin, args);
      });
      assert(outcomes.every(({ kind }) => kind === "answered"));
      assert(new Set(outcomes.map(({ text }) => text)).size > 1, "the answers differ");
    },
  },
  {
    name: "it answers at once, and with no promise",
    run: async (harness) => {
      const builtin = await harness.open();
      for (const args of questions(builtin, harness)) {
        assert(!isThenable(askCopy(builtin, args).value));
      }
    },
  },
  {
    name: "its answer is JSON of the type that it declares, or undefined",
    run: async (harness) => {
      const builtin = await harness.open();
      for (const args of questions(builtin, harness)) {
        const { kind, value } = askCopy(builtin, args);
        // Whether it is a promise is asked elsewhere.
        if (kind === "failed" || value === undefined || isThenable(value)) continue;
        assert(fitsType(value, builtin.decl.result));
      }
    },
  },
  {
    name: "equal arguments get equal answers, whatever was asked in between",
    run: async (harness) => {
      const [first, second] = [await harness.open(), await harness.open()];
      const asked = questions(first, harness);
      const expected = texts(first, asked);
      assert.deepEqual(texts(first, asked.toReversed()).toReversed(), expected);
      assert.deepEqual(texts(second, asked), expected);
    },
  },
  {
    name: "it leaves its arguments as they are, and answers frozen ones alike",
    run: async (harness) => {
      const [first, second] = [await harness.open(), await harness.open()];
      for (const args of questions(first, harness)) {
        const own = structuredClone(args);
        const { text } = ask(first, own);
        assert.deepEqual(own, args);
        assert.equal(ask(second, frozenCopy(args)).text, text);
      }
    },
  },
  {
    name: "where it fails it throws an error, and answers the next question",
    run: async (harness) => {
      const builtin = await harness.open();
      for (const args of harness.failing ?? []) {
        const { kind, value } = askCopy(builtin, args);
        assert(kind === "failed" && types.isNativeError(value));
      }
      for (const args of harness.answered.slice(0, 1)) {
        assert.equal(askCopy(builtin, args).kind, "answered");
      }
    },
  },
];

function isThenable(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === "function"
  );
}
