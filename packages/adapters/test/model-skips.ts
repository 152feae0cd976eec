import type { AdapterSkip } from "../src/conformance/harness.ts";

/** The skips of an adapter that stands before no model. */
export function modelSkips(reason: string): readonly AdapterSkip[] {
  return [
    "policy sees which model is called, by whom and with which parameters",
    "a model is called with the parameters that were decided on",
    "a limit on the answer of a model lowers what is asked of it, and raises nothing",
    "a limit on the answer of a model holds for parameters that policy rewrote",
    "a model that policy denies is not called, and the program reads the codes",
    "a model that a person has to allow is not called before",
    "without a principal no model is called",
    "a key that is revoked between two steps ends the second call of the model",
    "a redacted text of a model does not reach the program",
    "a redacted text of a model is not in the stream",
    "every call of a model leaves a decision, and every one that is made an outcome",
  ].map((name) => ({ case: name, reason }));
}
