import type { JsonObject } from "@scopeward/core";
import type { ModelSpec } from "./harness.ts";

/** A model of the suite that remembers with which parameters it was called. */
export interface RecordedModel extends ModelSpec {
  /** The parameters of each call, in their order. */
  readonly calls: readonly JsonObject[];
}

/** What a model says, and an answer that reaches the program contains. */
export const said = "what-the-model-said";

/** Makes a model that answers `said`, or what `text` gives. */
export function recordedModel(name: string, text: () => string = () => said): RecordedModel {
  const calls: JsonObject[] = [];
  return {
    name,
    calls,
    answer(parameters) {
      calls.push(structuredClone(parameters));
      return text();
    },
  };
}
