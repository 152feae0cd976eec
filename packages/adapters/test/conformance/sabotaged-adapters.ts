import type { JsonObject } from "@scopeward/core";
import type { Caller, Principal, ToolCall, ToolRun } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import type { ToolSpec, Turn } from "../../src/conformance/harness.ts";
import { PlainAdapter } from "./plain-adapter.ts";
import type { PlainCall, PlainTool } from "./plain-framework.ts";
import { bareTool, parseArguments, PlainPause, PlainSignal, runSpec } from "./plain-framework.ts";
import { sabotagedModels } from "./sabotaged-models.ts";
import { sabotagedTurns } from "./sabotaged-turns.ts";

type CallOf = Caller & Omit<ToolCall, "tool" | keyof Caller>;

/** Runs what is denied. */
class RunsDenied extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      const result = await guarded(args, call);
      return isDenial(result) ? bareTool(spec)(args, call) : result;
    };
  }
}

/** Runs what a person should be asked about. */
class RunsParked extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      try {
        return await guarded(args, call);
      } catch (error) {
        if (error instanceof PlainPause) return bareTool(spec)(args, call);
        throw error;
      }
    };
  }
}

/** Takes a broken port for a yes. */
class FailsOpen extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      const result = await guarded(args, call);
      return JSON.stringify(result ?? null).includes("engine:")
        ? bareTool(spec)(args, call)
        : result;
    };
  }

  override async offered(turn: Turn, tools: readonly string[]): Promise<readonly string[]> {
    const offered = await super.offered(turn, tools);
    return offered.length === 0 ? tools : offered;
  }
}

/** Gives the tool what the model said. */
class IgnoresRewrites extends PlainAdapter {
  override execute(spec: ToolSpec, _decided: JsonObject, run: ToolRun, given: JsonObject): unknown {
    return runSpec(spec, parseArguments(spec, given), run.signal);
  }
}

/** Hands out the result that it saw first. */
class SkipsRedaction extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    return async (args, call) => {
      let raw: unknown;
      const result = await super.guard({
        ...spec,
        run: async (decided, around) => (raw = await spec.run(decided, around)),
      })(args, call);
      return isDenial(result) ? result : raw;
    };
  }
}

/** Gives the result in a form of its own. */
class ChangesResults extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      const result = await guarded(args, call);
      if (isDenial(result)) return result;
      const isWhole = !(Symbol.asyncIterator in Object(result));
      return isWhole ? { result } : numberedPieces(result as AsyncIterable<unknown>);
    };
  }
}

async function* numberedPieces(pieces: AsyncIterable<unknown>): AsyncGenerator<string> {
  let number = 0;
  for await (const piece of pieces) yield `${number++} ${String(piece)}`;
}

/** Shows whoever watches what the model does not see. */
class ShowsRawResults extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    return async (args, call) =>
      await super.guard({
        ...spec,
        run: async (decided, around) => {
          const raw = await spec.run(decided, around);
          call.show(JSON.stringify(raw) ?? "");
          return raw;
        },
      })(args, call);
  }
}

/** Believes whoever resumes. */
class TrustsResumption extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return (args, call) => {
      const isResumed = "approval" in call && call.approval !== "";
      return isResumed ? bareTool(spec)(args, call) : guarded(args, call);
    };
  }
}

/** Remembers who asked first. */
class KeepsTheFirstCaller extends PlainAdapter {
  #first: Principal | undefined;

  override callerOf(turn: Turn): Caller {
    this.#first ??= turn.caller?.principal;
    return this.#first === undefined ? super.callerOf(turn) : { principal: this.#first };
  }
}

/** Takes nobody for somebody who may. */
class LetsNobodyIn extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return (args, call) =>
      call.turn.caller === undefined ? bareTool(spec)(args, call) : guarded(args, call);
  }

  override async offered(turn: Turn, tools: readonly string[]): Promise<readonly string[]> {
    return turn.caller === undefined ? tools : await super.offered(turn, tools);
  }
}

/** Turns what a tool throws into a result. */
class SwallowsErrors extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      try {
        return await guarded(args, call);
      } catch (error) {
        if (error instanceof PlainPause) throw error;
        return { failed: true };
      }
    };
  }
}

/** Runs the tool, and asks afterwards. */
class RunsFirst extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    return async (args, call) => {
      const result = await bareTool(spec)(args, call);
      return await super.guard({ ...spec, run: () => result })(args, call);
    };
  }
}

/** Runs the tool twice with one permit. */
class RunsTwice extends PlainAdapter {
  override async execute(
    spec: ToolSpec,
    decided: JsonObject,
    run: ToolRun,
    given: JsonObject,
  ): Promise<unknown> {
    await super.execute(spec, decided, run, given);
    return super.execute(spec, decided, run, given);
  }
}

/** Lets the model have every tool. */
class OffersAll extends PlainAdapter {
  override offered(_turn: Turn, tools: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(tools);
  }
}

/** Lists once. */
class KeepsTheFirstList extends PlainAdapter {
  #first: readonly string[] | undefined;

  override async offered(turn: Turn, tools: readonly string[]): Promise<readonly string[]> {
    this.#first ??= await super.offered(turn, tools);
    return this.#first;
  }
}

/** Asks about each tool by itself. */
class ListsOneByOne extends PlainAdapter {
  override async offered(turn: Turn, tools: readonly string[]): Promise<readonly string[]> {
    const lists = await Promise.all(tools.map((tool) => super.offered(turn, [tool])));
    return lists.flat();
  }
}

/** Asks, and runs the tool by itself. */
class ForgetsOutcomes extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    return async (args, call) => {
      const told = { ...this.callOf(spec, args, call), tool: spec.name };
      const authorized = await this.enforcer.authorize(told);
      if (authorized.kind === "allow") return runSpec(spec, authorized.args, call.turn.signal);
      if (authorized.kind === "deny") return denialOf(authorized.decision);
      throw new PlainPause(authorized.approval.id);
    };
  }
}

/** Has policy see other arguments than the tool. */
class DecidesOnRawArguments extends PlainAdapter {
  override callOf(spec: ToolSpec, args: JsonObject, call: PlainCall): CallOf {
    const { arguments: _unused, ...told } = super.callOf(spec, args, call);
    return told;
  }

  override execute(spec: ToolSpec, decided: JsonObject, { signal }: ToolRun): unknown {
    const numbered = typeof decided["limit"] === "string" ? { ...decided, limit: 10 } : decided;
    return runSpec(spec, parseArguments(spec, numbered), signal);
  }
}

/** Has policy see less than the tool. */
class StripsForPolicyAlone extends PlainAdapter {
  override callOf(spec: ToolSpec, args: JsonObject, call: PlainCall): CallOf {
    const known = Object.entries(args).filter(([name]) => Object.hasOwn(spec.parameters, name));
    return super.callOf(spec, Object.fromEntries(known), call);
  }

  override execute(
    spec: ToolSpec,
    decided: JsonObject,
    { signal }: ToolRun,
    given: JsonObject,
  ): unknown {
    return runSpec(spec, { ...given, ...decided }, signal);
  }
}

/** Answers for the schema before anybody is asked. */
class RefusesInSilence extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return (args, call) => {
      try {
        return guarded(parseArguments(spec, args), call);
      } catch {
        return { failed: true };
      }
    };
  }
}

/** Asks once for each tool. */
class RemembersVerdicts extends PlainAdapter {
  readonly #allowed = new Set<string>();

  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      if (this.#allowed.has(spec.name)) return bareTool(spec)(args, call);
      const result = await guarded(args, call);
      if (!isDenial(result)) this.#allowed.add(spec.name);
      return result;
    };
  }
}

/** Takes a list for a verdict. */
class TrustsLists extends PlainAdapter {
  #listed: readonly string[] = [];

  override async offered(turn: Turn, tools: readonly string[]): Promise<readonly string[]> {
    this.#listed = await super.offered(turn, tools);
    return this.#listed;
  }

  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return (args, call) =>
      this.#listed.includes(spec.name) ? bareTool(spec)(args, call) : guarded(args, call);
  }
}

/** Ends the run where a call is denied. */
class ThrowsDenials extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      const result = await guarded(args, call);
      if (isDenial(result)) throw new Error("denied");
      return result;
    };
  }
}

/** Does not say why. */
class HidesReasons extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      const result = await guarded(args, call);
      return isDenial(result) ? { denied: true } : result;
    };
  }
}

/** Gives a denied model what it should not have. */
class QuotesTokens extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      const result = await guarded(args, call);
      return isDenial(result) ? { ...result, token: call.turn.caller?.token } : result;
    };
  }
}

/** Writes down what the model said. */
class WritesArguments extends PlainAdapter {
  override callOf(spec: ToolSpec, args: JsonObject, call: PlainCall): CallOf {
    return { ...super.callOf(spec, args, call), session: JSON.stringify(args) };
  }
}

/** Writes down the decision and the outcome of another call. */
class AsksTwice extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      await this.enforcer.authorize({ ...this.callOf(spec, args, call), tool: spec.name });
      return await guarded(args, call);
    };
  }
}

/** Lets a sub-agent act as whoever started it. */
class WidensSubAgents extends PlainAdapter {
  override callerOf({ caller }: Turn): Caller {
    return super.callerOf({ caller });
  }
}

/** Does not know the framework's signal. */
class IgnoresSignals extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    const guarded = super.guard(spec);
    return async (args, call) => {
      try {
        return await guarded(args, call);
      } catch (error) {
        if (error instanceof PlainPause || !(error instanceof PlainSignal)) throw error;
        return { failed: true };
      }
    };
  }
}

/** Does not tell the Enforcer that the run can be aborted. */
class IgnoresAborts extends PlainAdapter {
  override callOf(spec: ToolSpec, args: JsonObject, call: PlainCall): CallOf {
    const { signal: _unused, ...told } = super.callOf(spec, args, call);
    return told;
  }
}

/** Guards what has a function of its own. */
class OverlooksSubclasses extends PlainAdapter {
  override guard(spec: ToolSpec): PlainTool {
    return spec.shape === "subclass" ? bareTool(spec) : super.guard(spec);
  }
}

/** Leaves room between itself and the tool. */
class StandsOutside extends PlainAdapter {
  override standsOnTool(): boolean {
    return false;
  }
}

/** Runs whatever others add. */
class RunsUnguarded extends PlainAdapter {
  override runsUnguarded(): boolean {
    return true;
  }
}

/** Runs calls again that are done. */
class RepeatsSiblings extends PlainAdapter {
  override repeatsSiblings(): boolean {
    return true;
  }
}

/** Has nobody resume a call. */
class CannotResume extends PlainAdapter {
  override callOf(spec: ToolSpec, args: JsonObject, call: PlainCall): CallOf {
    const told = super.callOf(spec, args, call);
    return "approval" in told ? { ...told, approval: "" } : told;
  }
}

function isDenial(result: unknown): result is { readonly denied: true } {
  return typeof result === "object" && result !== null && "denied" in result;
}

const faults = ["crashes", "does not answer in time", "answers with something else"];

function whenBroken(port: string, outcome = "the call is denied"): readonly string[] {
  return faults.map((fault) => `${port} ${fault}: ${outcome}`);
}

/** Each way to break what an adapter promises, with the cases that find it out. */
export const sabotagedAdapters: readonly (readonly [
  adapter: typeof PlainAdapter,
  cases: readonly string[],
])[] = [
  [RunsTwice, ["an allowed call runs once, with the arguments of the model"]],
  [
    DecidesOnRawArguments,
    [
      "policy sees who calls and what with, defaults applied",
      "rewritten arguments that the tool's schema refuses are denied",
    ],
  ],
  [StripsForPolicyAlone, ["a member that the tool's schema does not know gets past nobody"]],
  [QuotesTokens, ["a deny is a result that the model reads, with its codes and messages"]],
  [
    HidesReasons,
    [
      "a deny is a result that the model reads, with its codes and messages",
      "the denial of a call without a principal has its code",
    ],
  ],
  [ThrowsDenials, ["a deny is a result that the model reads, with its codes and messages"]],
  [
    RunsDenied,
    ["a hidden tool that the model names anyway is denied", ...whenBroken("the key verifier")],
  ],
  [RunsFirst, ["a hidden tool that the model names anyway is denied"]],
  [IgnoresRewrites, ["rewritten arguments are parsed again and used"]],
  [
    ChangesResults,
    [
      "a result is what it was without the adapter",
      "a result that comes in pieces is what it was without the adapter",
    ],
  ],
  [RefusesInSilence, ["arguments that the tool's schema refuses leave an audit entry"]],
  [
    OffersAll,
    [
      "only what policy allows is offered, in its order",
      "tools that run at the provider are offered only where policy names them",
    ],
  ],
  [
    LetsNobodyIn,
    ["without a principal nothing is offered", "without a principal a call is denied"],
  ],
  [
    SkipsRedaction,
    [
      "a redacted field reaches neither model nor program",
      "a redacted pattern reaches neither model nor program",
      "what is redacted in a result that comes in pieces is redacted across them",
    ],
  ],
  [ShowsRawResults, ["a redacted field is not in the stream"]],
  [
    FailsOpen,
    [
      "an obligation that nobody carries out denies",
      ...whenBroken("the policy"),
      ...whenBroken("a context provider"),
      ...whenBroken("the approval channel"),
      ...whenBroken("the audit log"),
    ],
  ],
  [
    ForgetsOutcomes,
    [
      ...whenBroken("an obligation before the tool"),
      ...whenBroken("an obligation after the tool", "the result is withheld"),
      "the audit log breaks while the tool runs: the result is withheld",
      "every call leaves a decision, and every run an outcome",
    ],
  ],
  [
    KeepsTheFirstList,
    [
      "every caller is offered their own tools",
      "nothing is offered while a port is broken",
      "a policy that is reloaded between list and call decides",
    ],
  ],
  [
    CannotResume,
    [
      "a call that a person approved runs once, when it is taken up again",
      "a call that a person refused is denied",
    ],
  ],
  [
    TrustsResumption,
    [
      "the approval channel breaks while a call is parked: the call is denied",
      "a call that nobody has answered does not run, whatever its caller says",
      "a forged approval does not run the call",
      "an approval of one call does not run another one beside it",
      "an approval is used once",
      "an approval that is handed back twice at the same time is used once",
      "an approval that expired does not run the call",
      "an approval does not cover other arguments",
      "a key revoked while the call is parked ends it",
      "a policy that changed while the call is parked decides",
    ],
  ],
  [
    RunsParked,
    [
      "a call that a person has to allow does not run before",
      "a call that nobody has answered does not run, whatever its caller says",
    ],
  ],
  [
    KeepsTheFirstCaller,
    [
      "an approval of another key's call does not run the call",
      "calls at the same time do not mix their principals",
    ],
  ],
  [RepeatsSiblings, ["calls beside a parked one run once, whatever becomes of it"]],
  [
    StandsOutside,
    [
      "code between adapter and tool cannot run it with arguments that policy denies",
      "a retry that runs the tool again is decided again",
      "each run of a retry has a decision of its own in the audit log",
    ],
  ],
  [RunsUnguarded, ["a tool that other code adds without a guard does not run"]],
  [OverlooksSubclasses, ["a tool that is a subclass without a function of its own is guarded too"]],
  [
    SwallowsErrors,
    [
      "an error of a tool is what it was without the adapter",
      "a rejection of a tool is what it was without the adapter",
    ],
  ],
  [IgnoresAborts, ["an aborted run ends as it did without the adapter"]],
  [IgnoresSignals, ["the framework's own control-flow signal passes"]],
  [WidensSubAgents, ["a sub-agent may do no more than it was left"]],
  [
    TrustsLists,
    [
      "a key that is revoked between list and call ends",
      "a policy that is reloaded between list and call decides",
    ],
  ],
  [
    RemembersVerdicts,
    [
      "a policy that is reloaded between two calls decides",
      "a key that is revoked between two calls ends",
    ],
  ],
  [AsksTwice, ["an outcome is under the id of its decision"]],
  [WritesArguments, ["no entry holds an argument's value or a result"]],
  [ListsOneByOne, ["a list is one entry"]],
  ...sabotagedTurns,
  ...sabotagedModels,
];
