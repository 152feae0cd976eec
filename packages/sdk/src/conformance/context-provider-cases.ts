import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { canonicalJson, isJsonObject } from "@scopeward/core";
import type { ContextProvider, ContextQuestion, ProvidedContext } from "../context-provider.ts";

/** What an implementation of ContextProvider brings to one case. */
export interface ContextProviderHarness {
  readonly open: () => Promise<ContextProvider>;
  /** Questions of which it knows something: at least two, with different answers. */
  readonly known: readonly ContextQuestion[];
  /** A question of which it knows nothing; absent where there is none. */
  readonly unknown?: ContextQuestion;
  /**
   * Makes what it asks not answer at all. @returns a function that ends it. Absent where it waits for
   * nothing.
   */
  readonly block?: () => Promise<() => Promise<void>>;
}

/** One rule that every context provider keeps. */
export interface ContextProviderCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the provider breaks the rule. Needs no test runner. */
  readonly run: (harness: ContextProviderHarness) => Promise<void>;
}

const defaultMaxBytes = 16_384;
// Generous: it is about whether waiting ends, and not about how fast.
const patienceMs = 2_000;

async function ask(
  provider: ContextProvider,
  question: ContextQuestion,
): Promise<ProvidedContext | undefined> {
  return await provider.provide(question, new AbortController().signal);
}

function isWithin(bound: number | undefined, highest: number): boolean {
  return bound === undefined || (Number.isSafeInteger(bound) && bound >= 1 && bound <= highest);
}

function assertContext(provider: ContextProvider, answer: ProvidedContext | undefined): void {
  if (answer === undefined) return;
  const { facts, subject, ...others } = answer;
  assert.deepEqual(Object.keys(others), []);
  assert(subject === undefined || isJsonObject(subject));
  for (const part of [facts, subject]) {
    if (part === undefined) continue;
    assert.doesNotThrow(() => canonicalJson(part));
    assert.deepEqual(JSON.parse(JSON.stringify(part)), part, "what is provided is plain JSON");
  }
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  assert(bytes <= (provider.maxBytes ?? defaultMaxBytes), "the answer is within its bound");
}

/** Every rule of the port {@link ContextProvider}, for the author of an implementation. */
export const contextProviderCases: readonly ContextProviderCase[] = [
  {
    name: "its name and its bounds are ones that the port allows",
    run: async ({ open }) => {
      const { name, deadlineMs, maxBytes } = await open();
      assert.match(name, /^[a-z][a-z0-9_]*$/u);
      assert(isWithin(deadlineMs, 30_000) && isWithin(maxBytes, 262_144));
    },
  },
  {
    name: "what it knows is plain JSON, and no more than its bound",
    run: async ({ open, known }) => {
      const provider = await open();
      for (const question of known) {
        const answer = await ask(provider, question);
        assert(answer !== undefined);
        assertContext(provider, answer);
      }
    },
  },
  {
    name: "it answers with undefined where it knows nothing",
    run: async ({ open, unknown }) => {
      if (unknown !== undefined) assert.equal(await ask(await open(), unknown), undefined);
    },
  },
  {
    name: "it answers a question for a whole list, which names no tool and no arguments",
    run: async ({ open, known }) => {
      const provider = await open();
      for (const { principal } of known) {
        assertContext(provider, await ask(provider, { phase: "list", principal }));
      }
    },
  },
  {
    name: "questions at the same time do not get each other's answers",
    run: async ({ open, known }) => {
      const provider = await open();
      const alone: unknown[] = [];
      for (const question of known) alone.push(await ask(provider, question));
      assert(new Set(alone.map((each) => JSON.stringify(each))).size > 1, "the answers differ");
      const rounds = Array.from({ length: 10 }, () =>
        Promise.all(known.map((question) => ask(provider, question))),
      );
      for (const round of await Promise.all(rounds)) assert.deepEqual(round, alone);
    },
  },
  {
    name: "it stops waiting when it is told to, and answers the next question",
    run: async ({ open, known, block }) => {
      const [question] = known;
      if (block === undefined || question === undefined) return;
      const provider = await open();
      const release = await block();
      try {
        const controller = new AbortController();
        const answer = Promise.resolve(provider.provide(question, controller.signal));
        const settled = answer.catch(() => undefined);
        controller.abort();
        const tooLate = wait(patienceMs, "too late", { ref: false });
        assert.notEqual(await Promise.race([settled, tooLate]), "too late");
      } finally {
        await release();
      }
      assert.notEqual(await ask(provider, question), undefined);
    },
  },
];
