import type { JsonObject } from "@scopeward/core";
import type { ModelCall, ToolRun } from "@scopeward/sdk";
import type { ModelSpec, Turn } from "../../src/conformance/harness.ts";
import { PlainAdapter } from "./plain-adapter.ts";
import type { PlainModel } from "./plain-framework.ts";
import { bareModel } from "./plain-framework.ts";

/** Calls the model on a deny. */
class CallsDeniedModels extends PlainAdapter {
  override guardModel(spec: ModelSpec): PlainModel {
    const guarded = super.guardModel(spec);
    return async (parameters, call) => {
      try {
        return await guarded(parameters, call);
      } catch {
        return await bareModel(spec)(parameters, call);
      }
    };
  }
}

/** Lets a model answer at whatever length. */
class IgnoresCaps extends PlainAdapter {
  override answer(spec: ModelSpec, decided: JsonObject): string {
    return spec.answer(decided);
  }
}

/** Takes a limit for what is to be asked. */
class RaisesToTheCap extends PlainAdapter {
  override answer(spec: ModelSpec, decided: JsonObject, { maxOutputTokens }: ToolRun): string {
    const asked = maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens };
    return spec.answer({ ...decided, ...asked });
  }
}

/** Gives the model what the program asked for. */
class IgnoresDecidedParameters extends PlainAdapter {
  override answer(spec: ModelSpec, _decided: JsonObject, run: ToolRun, given: JsonObject): string {
    return super.answer(spec, given, run, given);
  }
}

/** Has policy decide on the model's name alone. */
class HidesParameters extends PlainAdapter {
  override modelCallOf(spec: ModelSpec, parameters: JsonObject, turn: Turn): ModelCall {
    return { ...super.modelCallOf(spec, parameters, turn), args: {} };
  }

  override answer(spec: ModelSpec, _decided: JsonObject, run: ToolRun, given: JsonObject): string {
    return super.answer(spec, given, run, given);
  }
}

/** Says that the model may not be called, and not why. */
class HidesCodes extends PlainAdapter {
  override guardModel(spec: ModelSpec): PlainModel {
    const guarded = super.guardModel(spec);
    return async (parameters, call) => {
      try {
        return await guarded(parameters, call);
      } catch (cause) {
        throw new TypeError("no", { cause });
      }
    };
  }
}

/** Asks once for each model. */
class RemembersModels extends PlainAdapter {
  readonly #allowed = new Set<string>();

  override guardModel(spec: ModelSpec): PlainModel {
    const guarded = super.guardModel(spec);
    return async (parameters, call) => {
      if (this.#allowed.has(spec.name)) return await bareModel(spec)(parameters, call);
      const text = await guarded(parameters, call);
      this.#allowed.add(spec.name);
      return text;
    };
  }
}

/** Shows whoever watches, or gives the program, what the model said first. */
class LeaksTexts extends PlainAdapter {
  override guardModel(spec: ModelSpec): PlainModel {
    return async (parameters, call) => {
      let raw = "";
      await super.guardModel({ ...spec, answer: (decided) => (raw = spec.answer(decided)) })(
        parameters,
        call,
      );
      return raw;
    };
  }
}

/** Shows whoever watches what the program is not given. */
class ShowsRawTexts extends PlainAdapter {
  override guardModel(spec: ModelSpec): PlainModel {
    return async (parameters, call) => {
      const answer = (decided: JsonObject): string => {
        const text = spec.answer(decided);
        call.show(text);
        return text;
      };
      return await super.guardModel({ ...spec, answer })(parameters, call);
    };
  }
}

/** Asks, and calls the model by itself. */
class ForgetsModelOutcomes extends PlainAdapter {
  override guardModel(spec: ModelSpec): PlainModel {
    return async (parameters, call) => {
      const told = this.modelCallOf(spec, parameters, call.turn);
      const authorized = await this.enforcer.authorizeModel(told);
      if (authorized.kind !== "allow") throw new Error(authorized.decision.reasons[0]?.code);
      return spec.answer(authorized.args);
    };
  }
}

/** Ways to break what holds for calls of a model. */
export const sabotagedModels: readonly (readonly [
  adapter: typeof PlainAdapter,
  cases: readonly string[],
])[] = [
  [
    CallsDeniedModels,
    [
      "a model that policy denies is not called, and the program reads the codes",
      "a model that a person has to allow is not called before",
      "without a principal no model is called",
    ],
  ],
  [
    IgnoresCaps,
    [
      "a limit on the answer of a model lowers what is asked of it, and raises nothing",
      "a limit on the answer of a model holds for parameters that policy rewrote",
    ],
  ],
  [
    RaisesToTheCap,
    ["a limit on the answer of a model lowers what is asked of it, and raises nothing"],
  ],
  [IgnoresDecidedParameters, ["a model is called with the parameters that were decided on"]],
  [HidesParameters, ["policy sees which model is called, by whom and with which parameters"]],
  [HidesCodes, ["a model that policy denies is not called, and the program reads the codes"]],
  [RemembersModels, ["a key that is revoked between two steps ends the second call of the model"]],
  [LeaksTexts, ["a redacted text of a model does not reach the program"]],
  [ShowsRawTexts, ["a redacted text of a model is not in the stream"]],
  [
    ForgetsModelOutcomes,
    ["every call of a model leaves a decision, and every one that is made an outcome"],
  ],
];
