import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { obligationCases } from "../../src/conformance.ts";
import type { ObligationHarness } from "../../src/conformance.ts";
import type { ObligationDuty, ObligationHandler } from "../../src/obligation.ts";
import { raisedHand, raisedHandHarness, watermark, watermarkHarness } from "./watermark.ts";

let last: ObligationDuty | undefined;

const broken: readonly {
  readonly fault: string;
  readonly rule: string;
  readonly handler: ObligationHandler;
}[] = [
  {
    fault: "takes parameters that it does not know",
    rule: "a closed schema",
    handler: { ...watermark, parameters: { type: "object", required: ["mark"] } },
  },
  {
    fault: "has a deadline that nobody waits for",
    rule: "a closed schema",
    handler: { ...watermark, deadlineMs: 60_001 },
  },
  {
    fault: "does something else",
    rule: "that can be done is done",
    handler: {
      ...watermark,
      transform: (value, duty) => watermark.transform(value, otherwise(duty)),
      transformStream: (stream, duty, report) =>
        watermark.transformStream(stream, otherwise(duty), report),
    },
  },
  {
    fault: "changes what it was given",
    rule: "stays as it was",
    handler: {
      ...watermark,
      transform: async (value, duty) => {
        const answer = await watermark.transform(value, duty);
        if (typeof value === "object" && value !== null) Object.assign(value, { seen: true });
        return answer;
      },
    },
  },
  {
    fault: "reports a part of the result",
    rule: "a report is plain JSON",
    handler: {
      ...raisedHand,
      fulfil: async (duty) => ({ ...(await raisedHand.fulfil(duty)), to: duty.args["to"] ?? null }),
    },
  },
  {
    fault: "takes one duty for another",
    rule: "do not mix",
    handler: {
      ...watermark,
      transform: async (value, duty) => {
        last = duty;
        await turn();
        return watermark.transform(value, last);
      },
    },
  },
  {
    fault: "lets through what it cannot do",
    rule: "cannot be done rejects",
    handler: {
      ...watermark,
      transform: async (value, duty) =>
        typeof value === "number" ? { value } : watermark.transform(value, duty),
    },
  },
  {
    fault: "lets through a piece of what it cannot do",
    rule: "cannot be done rejects",
    handler: {
      ...watermark,
      transformStream: async function* (stream, duty, report) {
        try {
          yield* watermark.transformStream(stream, duty, report);
        } catch (error) {
          if (error instanceof TypeError) yield "a piece";
          throw error;
        }
      },
    },
  },
  {
    fault: "does a duty of a call that was aborted",
    rule: "that was aborted rejects",
    handler: {
      ...raisedHand,
      fulfil: (duty) => raisedHand.fulfil({ ...duty, signal: new AbortController().signal }),
    },
  },
  {
    fault: "goes on with a stream of a call that was aborted",
    rule: "that was aborted rejects",
    handler: {
      ...watermark,
      transformStream: (stream, duty, report) =>
        watermark.transformStream(
          stream,
          { ...duty, signal: new AbortController().signal },
          report,
        ),
    },
  },
  {
    fault: "marks each piece of a text",
    rule: "a stream comes to",
    handler: {
      ...watermark,
      transformStream: async function* (stream, duty, report) {
        let count = 0;
        for await (const item of stream) {
          yield (await watermark.transform(item, duty)).value;
          count = 1;
        }
        report({ marked: count });
      },
    },
  },
  {
    fault: "leaves the source open",
    rule: "that stops early",
    handler: {
      ...watermark,
      transformStream: (stream, duty, report) => {
        const iterator = watermark.transformStream(stream, duty, report)[Symbol.asyncIterator]();
        return { [Symbol.asyncIterator]: () => ({ next: async () => iterator.next() }) };
      },
    },
  },
  {
    fault: "takes a source that fails for one that ends",
    rule: "what a source fails with",
    handler: {
      ...watermark,
      transformStream: (stream, duty, report) =>
        watermark.transformStream(faultless(stream), duty, report),
    },
  },
];

function otherwise(duty: ObligationDuty): ObligationDuty {
  return { ...duty, obligation: { ...duty.obligation, mark: "other" } };
}

async function* faultless(stream: AsyncIterable<unknown>): AsyncGenerator {
  try {
    yield* stream;
  } catch {
    // As if it had ended.
  }
}

async function failedCases(harness: ObligationHarness): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of obligationCases) {
    await run(harness).catch(() => failed.push(name));
  }
  return failed;
}

describe.each([watermarkHarness, raisedHandHarness])(
  "`$handler.type`, which keeps every rule",
  (harness) => {
    test.for(obligationCases)("$name", async ({ run }) => {
      await expect(run(harness)).resolves.toBeUndefined();
    });
  },
);

test("a handler without streams keeps every rule", async () => {
  const { type, phase, parameters } = watermark;
  const handler: ObligationHandler = {
    type,
    phase,
    parameters,
    transform: (value, duty) => watermark.transform(value, duty),
  };
  expect(await failedCases({ ...watermarkHarness, handler })).toEqual([]);
});

describe("a handler that breaks one rule fails the case about it, and no other", () => {
  test.for(broken)("$fault", async ({ rule, handler }) => {
    const harness = handler.phase === "after" ? watermarkHarness : raisedHandHarness;
    expect(await failedCases({ ...harness, handler })).toEqual([expect.stringContaining(rule)]);
  });
});

test("there is a handler that breaks each rule", () => {
  for (const { name } of obligationCases) {
    expect(
      broken.filter(({ rule }) => name.includes(rule)),
      name,
    ).not.toEqual([]);
  }
});
