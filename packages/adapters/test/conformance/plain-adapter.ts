import type { JsonObject } from "@scopeward/core";
import type { Caller, Enforcer, ToolCall, ToolRun } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import type {
  AdapterHarness,
  AdapterSession,
  Between,
  CallReport,
  Capability,
  ResumedCall,
  ScriptedCall,
  Stage,
  ToolSpec,
  Turn,
} from "../../src/conformance/harness.ts";
import type { PlainCall, PlainTool } from "./plain-framework.ts";
import {
  bareTool,
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
