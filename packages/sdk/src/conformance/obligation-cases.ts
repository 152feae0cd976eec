import assert from "node:assert/strict";
import type { Obligation } from "@scopeward/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ObligationHandler } from "../obligation.ts";
import { fulfil, fulfilStream, isStreaming, sampleDuty } from "./obligation-samples.ts";
import type { ObligationSample, StreamingObligation } from "./obligation-samples.ts";

/** What the author of an obligation brings to one case. */
export interface ObligationHarness {
  /** One of its own for the case. */
  readonly handler: ObligationHandler;
  /** Duties that can be done; at least two that differ. */
  readonly samples: readonly ObligationSample[];
  /** Duties that fit the schema and cannot be done; none where every duty can. */
  readonly impossible: readonly ObligationSample[];
  /** Obligations of its type that do not fit its schema; at least one. */
  readonly invalid: readonly Obligation[];
  /** Texts in the samples' arguments and results that no report may hold. */
  readonly hidden: readonly string[];
}

/** One rule that every obligation keeps. */
export interface ObligationCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the handler breaks the rule. Needs no test runner. */
  readonly run: (harness: ObligationHarness) => Promise<void>;
}

/** How many items a source may still be asked for once its reader has been told to stop. */
const patience = 10;

const typeShape = /^[a-z][a-z0-9_]*$/u;

/** Every rule of the port {@link ObligationHandler}, for the author of an implementation. */
export const obligationCases: readonly ObligationCase[] = [
  {
    name: "it declares a type, and a closed schema that takes what fits and refuses what does not",
    run: async ({ handler, samples, impossible, invalid }) => {
      assert.match(handler.type, typeShape);
      const { order = 0, deadlineMs = 5_000 } = handler;
      assert(Number.isFinite(order), "an order is a number");
      assert(deadlineMs >= 1 && deadlineMs <= 60_000, "a deadline is 1 to 60,000 milliseconds");
      const check = new Ajv2020({ strictSchema: true, logger: false }).compile(handler.parameters);
      const fits = ({ type, ...parameters }: Obligation): boolean => {
        assert.equal(type, handler.type);
        return check(parameters);
      };
      assert(samples.length >= 2 && invalid.length >= 1, "a case needs samples");
      for (const { obligation } of [...samples, ...impossible]) assert(fits(obligation));
      for (const obligation of invalid) assert(!fits(obligation));
      assert(!fits({ type: handler.type, "no such parameter": true }), "the schema is closed");
    },
  },
  {
    name: "a duty that can be done is done",
    run: async ({ handler, samples }) => {
      for (const sample of samples) {
        const { value } = await fulfil(handler, sample);
        assert.deepEqual(value, sample.transformed);
      }
    },
  },
  {
    name: "what it is given stays as it was",
    run: async ({ handler, samples }) => {
      if (handler.phase !== "after") return;
      for (const sample of samples) {
        const given = structuredClone(sample.result);
        await handler.transform(given, sampleDuty(sample));
        assert.deepEqual(given, sample.result);
        if (!isStreaming(handler)) continue;
        await fulfilStream(handler, sample, streamOf([given]));
        assert.deepEqual(given, sample.result);
      }
    },
  },
  {
    name: "a report is plain JSON, says what was done, and nothing that it should not",
    run: async ({ handler, samples, hidden }) => {
      for (const sample of samples) {
        const { report } = await fulfil(handler, sample);
        assert.deepEqual(report, sample.report);
        const text = JSON.stringify(report ?? null);
        assert.deepEqual(JSON.parse(text), report ?? null);
        for (const each of hidden) assert(!text.includes(each), "the report holds a hidden text");
      }
    },
  },
  {
    name: "duties at one time do not mix",
    run: async ({ handler, samples }) => {
      const alone = [];
      for (const sample of samples) alone.push(await fulfil(handler, sample));
      const together = await Promise.all(
        Array.from({ length: 8 }, async () =>
          Promise.all(samples.map(async (sample) => fulfil(handler, sample))),
        ),
      );
      for (const answers of together) assert.deepEqual(answers, alone);
    },
  },
  {
    name: "a duty that cannot be done rejects, and nothing comes through",
    run: async ({ handler, impossible }) => {
      for (const sample of impossible) {
        await assert.rejects(fulfil(handler, sample));
        if (!isStreaming(handler)) continue;
        const items: unknown[] = [];
        const given = handler.transformStream(
          streamOf(piecesOf(sample.result)),
          sampleDuty(sample),
          () => undefined,
        );
        await assert.rejects(async () => {
          for await (const item of given) items.push(item);
        });
        assert.deepEqual(items, []);
      }
    },
  },
  {
    name: "a duty of a call that was aborted rejects",
    run: async ({ handler, samples }) => {
      for (const sample of samples) {
        await assert.rejects(fulfil(handler, sample, AbortSignal.abort()));
        if (!isStreaming(handler)) continue;
        const controller = new AbortController();
        let pulled = 0;
        const source = async function* (): AsyncGenerator {
          for (; pulled < 100 * patience; pulled++) {
            if (pulled === 1) controller.abort();
            yield structuredClone(sample.result);
          }
        };
        await assert.rejects(fulfilStream(handler, sample, source(), controller.signal));
        assert(pulled <= patience, "it goes on although the call was aborted");
      }
    },
  },
  streamCase("a stream comes to what the value comes to", async (handler, { samples }) => {
    for (const sample of samples) {
      const { value, report } = await fulfil(handler, sample);
      const pieces = piecesOf(sample.result);
      const whole = await fulfilStream(handler, sample, streamOf(pieces));
      const isText = typeof sample.result === "string" && typeof value === "string";
      assert.deepEqual(isText ? whole.items.join("") : whole.items, isText ? value : [value]);
      assert.deepEqual(whole.report, report);
      if (isText) continue;
      const twice = await fulfilStream(handler, sample, streamOf([...pieces, ...pieces]));
      assert.deepEqual(twice.items, [value, value]);
    }
  }),
  streamCase("a reader that stops early ends the source", async (handler, { samples }) => {
    for (const sample of samples) {
      let isEnded = false;
      const source = async function* (): AsyncGenerator {
        try {
          yield* piecesOf(sample.result);
          if (typeof sample.result !== "string") yield* piecesOf(sample.result);
        } finally {
          isEnded = true;
        }
      };
      const given = handler.transformStream(source(), sampleDuty(sample), () => undefined);
      const iterator = given[Symbol.asyncIterator]();
      await iterator.next();
      await iterator.return?.();
      assert(isEnded, "the source is still open");
    }
  }),
  streamCase("what a source fails with comes through", async (handler, { samples }) => {
    for (const sample of samples) {
      const fault = new Error("the source failed");
      const source = async function* (): AsyncGenerator {
        yield* piecesOf(sample.result);
        throw fault;
      };
      await assert.rejects(fulfilStream(handler, sample, source()), (error) => error === fault);
    }
  }),
];

function streamCase(
  name: string,
  check: (handler: StreamingObligation, harness: ObligationHarness) => Promise<void>,
): ObligationCase {
  return {
    name,
    run: async (harness) => {
      // A handler without `transformStream` has no stream: the Enforcer withholds it.
      if (isStreaming(harness.handler)) await check(harness.handler, harness);
    },
  };
}

/** A text unit by unit, so that even a character is cut; any other result is one item. */
function piecesOf(result: unknown): readonly unknown[] {
  return typeof result === "string" ? result.split("") : [structuredClone(result)];
}

async function* streamOf(items: readonly unknown[]): AsyncGenerator {
  yield* items;
}
