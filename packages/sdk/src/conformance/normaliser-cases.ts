import assert from "node:assert/strict";
import type { JsonObject, JsonValue } from "@scopeward/core";
import { canonicalJson, isJsonObject } from "@scopeward/core";
import type { Normalised, Normaliser, NormaliserTarget } from "../normaliser.ts";

/** One call that a normaliser is shown. */
export interface NormaliserSample {
  readonly args: JsonObject;
  readonly target: NormaliserTarget;
}

/** What an implementation of Normaliser brings to one case. */
export interface NormaliserHarness {
  readonly open: () => Promise<Normaliser>;
  /** Calls of which it can say what they touch: at least two, with different ids. */
  readonly known: readonly (NormaliserSample & { readonly id: string })[];
  /** Calls of which it cannot; at least one. */
  readonly unknown: readonly NormaliserSample[];
}

/** One rule that every normaliser keeps. */
export interface NormaliserCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the normaliser breaks the rule. Needs no test runner. */
  readonly run: (harness: NormaliserHarness) => Promise<void>;
}

// A shorter text may be in a sentence by chance.
const tellingLength = 8;

async function opened({ open }: NormaliserHarness): Promise<Normaliser> {
  const normaliser = await open();
  await normaliser.ready?.();
  return normaliser;
}

function normalise(normaliser: Normaliser, { args, target }: NormaliserSample): Normalised {
  return normaliser.normalise(frozenCopy(args), target);
}

function frozenCopy<T extends JsonValue>(value: T): T {
  return deepFreeze(structuredClone(value));
}

function deepFreeze<T extends JsonValue>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values<JsonValue>(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values<JsonValue>(value).flatMap(textsIn);
}

function answers(normaliser: Normaliser, samples: readonly NormaliserSample[]): Normalised[] {
  return samples.map((sample) => structuredClone(normalise(normaliser, sample)));
}

/** Every rule of the port {@link Normaliser}, for the author of an implementation. */
export const normaliserCases: readonly NormaliserCase[] = [
  {
    name: "its name is one that the catalogue can name",
    run: async (harness) => {
      assert.match((await opened(harness)).name, /^[a-z][a-z0-9_-]*$/u);
    },
  },
  {
    name: "what a call touches is told by its id",
    run: async (harness) => {
      const normaliser = await opened(harness);
      for (const sample of harness.known) {
        const answer = normalise(normaliser, sample);
        assert(answer.kind === "resource");
        assert(answer.id === sample.id && answer.id !== "");
      }
      assert(new Set(harness.known.map(({ id }) => id)).size > 1, "the samples have several ids");
    },
  },
  {
    name: "what it tells beside the id is plain JSON",
    run: async (harness) => {
      const normaliser = await opened(harness);
      for (const sample of harness.known) {
        const answer = normalise(normaliser, sample);
        if (answer.kind !== "resource") continue;
        const { kind: _kind, id: _id, properties = {}, facts = {}, ...others } = answer;
        assert(isJsonObject(properties) && isJsonObject(facts));
        assert.deepEqual(Object.keys(others), []);
        for (const told of [properties, facts]) {
          assert.doesNotThrow(() => canonicalJson(told));
          assert.deepEqual(JSON.parse(JSON.stringify(told)), told);
        }
      }
    },
  },
  {
    name: "what it cannot tell is underived, and why is told without the arguments",
    run: async (harness) => {
      const normaliser = await opened(harness);
      assert(harness.unknown.length > 0);
      for (const sample of harness.unknown) {
        const answer = normalise(normaliser, sample);
        assert(answer.kind === "underived");
        assert.notEqual(answer.detail, "");
        for (const text of textsIn(sample.args)) {
          assert(text.length < tellingLength || !answer.detail.includes(text));
        }
      }
    },
  },
  {
    name: "a call without arguments touches nothing that could be told",
    run: async (harness) => {
      const normaliser = await opened(harness);
      for (const { target } of harness.known) {
        let answer: Normalised | undefined;
        try {
          answer = normalise(normaliser, { args: {}, target });
        } catch {
          // Is taken for the same as `underived`.
        }
        assert.notEqual(answer?.kind, "resource");
      }
    },
  },
  {
    name: "the same arguments get the same answer, whatever was asked in between",
    run: async (harness) => {
      const [first, second] = [await opened(harness), await opened(harness)];
      const samples = [...harness.known, ...harness.unknown];
      const expected = answers(first, samples);
      assert.deepEqual(answers(first, samples.toReversed()).toReversed(), expected);
      assert.deepEqual(answers(second, samples), expected);
    },
  },
  {
    name: "the order in which arguments are written changes nothing",
    run: async (harness) => {
      const normaliser = await opened(harness);
      const samples = [...harness.known, ...harness.unknown];
      const turned = samples.map(({ args, target }) => ({
        args: Object.fromEntries(Object.entries(args).toReversed()),
        target,
      }));
      assert.deepEqual(answers(normaliser, turned), answers(normaliser, samples));
    },
  },
];
