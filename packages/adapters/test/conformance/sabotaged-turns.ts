import type { JsonObject } from "@scopeward/core";
import type { Caller, Principal } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import type { ToolSpec, Turn } from "../../src/conformance/harness.ts";
import { PlainAdapter } from "./plain-adapter.ts";
import type { PlainCall, PlainTool } from "./plain-framework.ts";
import { bareTool, parseArguments, PlainPause, runSpec } from "./plain-framework.ts";

/** Takes nobody for who called before. */
class KeepsTheLastCaller extends PlainAdapter {
  #last: Principal | undefined;

  override callerOf(turn: Turn): Caller {
    if (turn.caller !== undefined) this.#last = turn.caller.principal;
    return turn.caller !== undefined || this.#last === undefined
      ? super.callerOf(turn)
      : { principal: this.#last };
  }
}

/** Decides what is taken up again, and runs it by itself. */
class ResumesWithoutPermit extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      if (call.approval === undefined) return guarded(args, call);
      const told = { ...this.callOf(spec, args, call), tool: spec.name };
      const authorized = await this.enforcer.authorize(told);
      if (authorized.kind === "allow") return runSpec(spec, authorized.args, call.turn.signal);
      if (authorized.kind === "deny") return denialOf(authorized.decision);
      throw new PlainPause(authorized.approval.id);
    };
  }
}

/** Gives a tool that is taken up again what the model said. */
class ResumesWithGivenArguments extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    return (args, call) =>
      super.guard(call.approval === undefined ? spec : given(spec, args))(args, call);
  }
}

function given(spec: ToolSpec, args: JsonObject): ToolSpec {
  return { ...spec, run: (_decided, around) => spec.run(parseArguments(spec, args), around) };
}

/** Asks once for each tool of a message. */
class DecidesOnceForAMessage extends PlainAdapter {
  readonly #decided = new WeakMap<Turn, Map<string, Promise<unknown>>>();

  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      const verdicts = this.#verdictsOf(call);
      const before = verdicts.get(spec.name);
      if (before === undefined) {
        const first = Promise.resolve(guarded(args, call));
        verdicts.set(spec.name, first);
        return await first;
      }
      await before;
      return bareTool(spec)(args, call);
    };
  }

  #verdictsOf({ turn }: PlainCall): Map<string, Promise<unknown>> {
    const verdicts = this.#decided.get(turn) ?? new Map<string, Promise<unknown>>();
    this.#decided.set(turn, verdicts);
    return verdicts;
  }
}

/** Ways to break what holds from one call of a session to another. */
export const sabotagedTurns: readonly (readonly [
  adapter: typeof PlainAdapter,
  cases: readonly string[],
])[] = [
  [KeepsTheLastCaller, ["nobody is taken for who called before"]],
  [
    ResumesWithoutPermit,
    ["a call that is taken up again is run with what was decided on, redacted and logged"],
  ],
  [
    ResumesWithGivenArguments,
    ["a call that is taken up again is run with what was decided on, redacted and logged"],
  ],
  [DecidesOnceForAMessage, ["each call of a message is decided by itself"]],
];
