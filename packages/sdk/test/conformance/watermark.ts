import { setImmediate as turn } from "node:timers/promises";
import { defineObligation } from "../../src/obligation.ts";
import type { BeforeObligation } from "../../src/obligation.ts";
import type { ObligationHarness } from "../../src/conformance.ts";
import type { StreamingObligation } from "../../src/conformance/obligation-samples.ts";

function marked(value: unknown, mark: unknown): unknown {
  if (typeof value === "string") return `${value}${String(mark)}`;
  if (typeof value === "object" && value !== null) return { ...value, mark };
  throw new TypeError("only texts and objects can be marked");
}

/** A handler that keeps every rule: puts a mark behind texts and into objects. */
export const watermark: StreamingObligation = defineObligation({
  type: "watermark",
  phase: "after",
  parameters: {
    type: "object",
    properties: { mark: { type: "string" } },
    required: ["mark"],
    additionalProperties: false,
  },
  transform: async (value, { obligation, signal }) => {
    await turn();
    signal.throwIfAborted();
    return { value: marked(value, obligation["mark"]), report: { marked: 1 } };
  },
  transformStream: async function* (stream, { obligation, signal }, report) {
    let text: string | undefined;
    let count = 0;
    for await (const item of stream) {
      signal.throwIfAborted();
      if (typeof item === "string") text = (text ?? "") + item;
      else {
        yield marked(item, obligation["mark"]);
        count++;
      }
    }
    if (text !== undefined) {
      yield marked(text, obligation["mark"]);
      count++;
    }
    report({ marked: count });
  },
}) as StreamingObligation;

/** What each case is given about it. */
export const watermarkHarness: ObligationHarness = {
  handler: watermark,
  samples: [
    {
      obligation: { type: "watermark", mark: "!" },
      result: "hidden text",
      transformed: "hidden text!",
      report: { marked: 1 },
    },
    {
      obligation: { type: "watermark", mark: "?" },
      result: { hidden: [1] },
      transformed: { hidden: [1], mark: "?" },
      report: { marked: 1 },
    },
  ],
  impossible: [{ obligation: { type: "watermark", mark: "!" }, result: 1 }],
  invalid: [{ type: "watermark" }, { type: "watermark", mark: 1 }],
  hidden: ["hidden"],
};

/** A handler that keeps every rule of what comes before the tool: a hand that is raised for one address. */
export const raisedHand: BeforeObligation = {
  type: "raised_hand",
  phase: "before",
  parameters: { type: "object", additionalProperties: false },
  fulfil: async ({ args, signal }) => {
    await turn();
    signal.throwIfAborted();
    const { to } = args as { readonly to: string };
    if (to === "nobody") throw new TypeError("there is nobody");
    return { characters: to.length };
  },
};

/** What each case is given about it. */
export const raisedHandHarness: ObligationHarness = {
  handler: raisedHand,
  samples: [
    { obligation: { type: "raised_hand" }, args: { to: "ada" }, report: { characters: 3 } },
    { obligation: { type: "raised_hand" }, args: { to: "hopper" }, report: { characters: 6 } },
  ],
  impossible: [{ obligation: { type: "raised_hand" }, args: { to: "nobody" } }],
  invalid: [{ type: "raised_hand", to: "ada" }],
  hidden: ["ada", "hopper"],
};
