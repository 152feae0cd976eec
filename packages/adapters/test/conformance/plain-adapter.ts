import type { JsonObject } from "@scopeward/core";
import type { Caller, Enforcer, ModelCall, ToolCall, ToolRun } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import { AdapterError } from "../../src/adapter-error.ts";
import type {
  AdapterHarness,
  AdapterSession,
  Between,
  CallReport,
  Capability,
  ModelReport,
  ModelRun,
  ModelSpec,
  ResumedCall,
  ScriptedCall,
  Stage,
  ToolSpec,
  Turn,
} from "../../src/conformance/harness.ts";
import type { PlainCall, PlainModel, PlainTool } from "./plain-framework.ts";
import {
  bareModel,
  bareTool,
  modelReportOf,
  parseArguments,
  PlainPause,
  PlainSignal,
  reportOf,
  runSpec,
} from "./plain-framework.ts";

const capabilities: readonly Capability[] = [
  "list",
  "resume",
  "changed_resume",
  "siblings",
  "stream",
  "iterable",
  "between",
  "added",
  "subclass",
  "provider",
  "sub_agent",
  "abort",
  "control_flow",
  "model",
];

/** The least that an adapter is: each part can be broken by a subclass. */
export class PlainAdapter {
  protected readonly enforcer: Enforcer;

  constructor(enforcer: Enforcer) {
    this.enforcer = enforcer;
  }

  /** Who calls. */
  callerOf({ caller, subAgent }: Turn): Caller {
    // Nobody at hand: the Enforcer says what that means.
    const principal = caller?.principal as Caller["principal"] & object;
    return { principal: subAgent === undefined ? principal : principal.attenuate(subAgent) };
  }

  /** The names of the tools that are offered. */
  async offered(turn: Turn, tools: readonly string[]): Promise<readonly string[]> {
    const listing = await this.enforcer.list({ ...this.callerOf(turn), tools });
    return listing.kind === "listed" ? listing.tools : [];
  }

  /** The call, as it is told to the Enforcer. */
  callOf(
    spec: ToolSpec,
    args: JsonObject,
    { turn, callId, approval }: PlainCall,
  ): Caller & Omit<ToolCall, "tool" | keyof Caller> {
    return {
      ...this.callerOf(turn),
      args,
      callId,
      arguments: { parse: (given) => parseArguments(spec, given) },
      ...(turn.signal === undefined ? {} : { signal: turn.signal }),
      ...(approval === undefined ? {} : { approval: typeof approval === "string" ? approval : "" }),
    };
  }

  /** Stands on the tool itself. */
  guard(spec: ToolSpec): PlainTool {
    return async (args, call) => {
      const run = await this.enforcer.run(this.callOf(spec, args, call), {
        name: spec.name,
        execute: (decided, toolRun) => this.execute(spec, decided, toolRun, args),
        isSignal: (error) => error instanceof PlainSignal,
      });
      switch (run.kind) {
        case "done":
          return run.result;
        case "deny":
          return denialOf(run.decision);
        case "approval":
          throw new PlainPause(run.approval.id);
      }
    };
  }

  /** Runs the tool. */
  execute(spec: ToolSpec, decided: JsonObject, { signal }: ToolRun, _given: JsonObject): unknown {
    return runSpec(spec, decided, signal);
  }

  /** The call of a model, as it is told to the Enforcer. */
  modelCallOf({ name }: ModelSpec, parameters: JsonObject, turn: Turn): ModelCall {
    return { ...this.callerOf(turn), model: name, args: parameters };
  }

  /** Stands before the model. */
  guardModel(spec: ModelSpec): PlainModel {
    return async (parameters, { turn }) => {
      const told = this.modelCallOf(spec, parameters, turn);
      const authorized = await this.enforcer.authorizeModel(told);
      if (authorized.kind === "deny") throw AdapterError.of(denialOf(authorized.decision));
      if (authorized.kind === "approval") {
        throw AdapterError.of(denialOf(authorized.decision, authorized.approval.id));
      }
      const execution = await this.enforcer.execute(authorized.permit, {
        name: spec.name,
        execute: (decided, run) => this.answer(spec, decided, run, parameters),
      });
      if (execution.kind === "done") return execution.result;
      throw AdapterError.of(denialOf(execution.decision));
    };
  }

  /** Asks the model. */
  answer(
    spec: ModelSpec,
    decided: JsonObject,
    { maxOutputTokens }: ToolRun,
    _given: JsonObject,
  ): string {
    if (maxOutputTokens === undefined) return spec.answer(decided);
    const { max_tokens: asked = maxOutputTokens } = decided;
    return spec.answer({ ...decided, max_tokens: Math.min(Number(asked), maxOutputTokens) });
  }

  /** Whether a tool that nobody guarded may run. */
  runsUnguarded(): boolean {
    return false;
  }

  /** Whether other people's code is outside of the guard, and not between it and the tool. */
  standsOnTool(): boolean {
    return true;
  }

  /** Whether calls that are done run again when the message is taken up again. */
  repeatsSiblings(): boolean {
    return false;
  }
}

interface Message {
  readonly calls: readonly ScriptedCall[];
  readonly reports: Map<string, CallReport>;
}

class PlainSession implements AdapterSession {
  readonly #stage: Stage;
  readonly #adapter: PlainAdapter | undefined;
  readonly #tools = new Map<string, PlainTool>();
  readonly #messages: Message[] = [];

  constructor(stage: Stage, adapter: PlainAdapter | undefined) {
    this.#stage = stage;
    this.#adapter = adapter;
    for (const spec of stage.tools) {
      this.#tools.set(spec.name, this.#built(spec));
    }
    if (adapter?.runsUnguarded() === false) return;
    for (const spec of stage.added ?? []) this.#tools.set(spec.name, bareTool(spec));
  }

  async offered(turn: Turn): Promise<readonly string[]> {
    const names = [
      ...this.#stage.tools.map(({ name }) => name),
      ...(this.#stage.providerTools ?? []),
    ];
    return (await this.#adapter?.offered(turn, names)) ?? names;
  }

  async call(turn: Turn, calls: readonly ScriptedCall[]): Promise<readonly CallReport[]> {
    const message: Message = { calls, reports: new Map() };
    this.#messages.push(message);
    return await Promise.all(
      calls.map(async (call) => await this.#run(message, call, { turn, callId: call.callId })),
    );
  }

  async resume(turn: Turn, resumed: readonly ResumedCall[]): Promise<readonly CallReport[]> {
    const message = this.#messages.find(({ calls }) =>
      resumed.some(({ callId }) => calls.some((call) => call.callId === callId)),
    );
    if (message === undefined) return [];
    return await Promise.all(
      message.calls.map(async (call) => {
        const back = resumed.find(({ callId }) => callId === call.callId);
        const done = message.reports.get(call.callId);
        if (back === undefined && done !== undefined && this.#adapter?.repeatsSiblings() !== true) {
          return done;
        }
        const again = { ...call, args: back?.args ?? call.args };
        const plainCall = { turn, callId: call.callId };
        return await this.#run(
          message,
          again,
          back === undefined ? plainCall : { ...plainCall, approval: back.approval },
        );
      }),
    );
  }

  async model(turn: Turn, { model, parameters, call }: ModelRun): Promise<ModelReport> {
    const spec = this.#stage.models?.find(({ name }) => name === model);
    if (spec === undefined) throw new TypeError(`there is no model ${model}`);
    const ask = this.#adapter?.guardModel(spec) ?? bareModel(spec);
    return await modelReportOf(async (show) => {
      const text = await ask(parameters, { turn, show });
      if (call === undefined) return text;
      await this.call(turn, [call]);
      return await ask(parameters, { turn, show });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #run(
    message: Message,
    { tool, args }: ScriptedCall,
    call: Omit<PlainCall, "show">,
  ): Promise<CallReport> {
    const report = await reportOf(this.#tools.get(tool), args, call);
    message.reports.set(call.callId, report);
    return report;
  }

  #built(spec: ToolSpec): PlainTool {
    const adapter = this.#adapter;
    const { between } = this.#stage;
    const guarded = adapter?.guard(spec) ?? bareTool(spec);
    if (between === undefined) return guarded;
    if (adapter?.standsOnTool() !== false) {
      return async (args, call) => await through(between, args, (next) => guarded(next, call));
    }
    return adapter.guard({
      ...spec,
      run: (args, around) => through(between, args, (next) => spec.run(next, around)),
    });
  }
}

async function through(
  { rewrite = (args) => args, runs = 1 }: Between,
  args: JsonObject,
  run: (args: JsonObject) => unknown,
): Promise<unknown> {
  let result: unknown;
  for (let count = 0; count < runs; count++) result = await run(rewrite(args));
  return result;
}

/** The plain framework behind an adapter of the plain kind. */
export function plainHarness(
  adapter: new (enforcer: Enforcer) => PlainAdapter = PlainAdapter,
): AdapterHarness {
  return {
    name: "plain functions",
    capabilities,
    open: (stage) =>
      Promise.resolve(
        new PlainSession(
          stage,
          stage.enforcer === undefined ? undefined : new adapter(stage.enforcer),
        ),
      ),
  };
}
