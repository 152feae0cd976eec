import type { JsonObject, JsonValue } from "@scopeward/core";
import type { Enforcer, Narrowing, Principal } from "@scopeward/sdk";

/**
 * What a framework and its adapter can be made to do. A case that needs what a harness lacks has to be
 * skipped by name, with a reason.
 *
 * - `list`: the model is offered tools, which the adapter filters.
 * - `resume`: a call that waits for a person can be taken up again.
 * - `changed_resume`: whoever takes it up can put other arguments in the place of the call's own.
 * - `siblings`: one message of the model can hold several calls, of which one may be parked.
 * - `stream`: the run can be watched while it goes on; see {@link CallReport.stream}.
 * - `iterable`: a tool may answer with an async iterable.
 * - `between`: other code can stand between the adapter and the tool; see {@link Between}.
 * - `added`: other code can add tools that nobody guarded.
 * - `subclass`: a tool may be a subclass of the framework's own, without a function of its own.
 * - `provider`: tools may run at the model's provider.
 * - `sub_agent`: a tool may run an agent of its own.
 * - `abort`: a run can be aborted from outside.
 * - `control_flow`: the framework has a signal that a tool throws and that is no failure.
 * - `model`: the adapter stands before the model too; see {@link AdapterSession.model}.
 */
export type Capability =
  | "list"
  | "resume"
  | "changed_resume"
  | "siblings"
  | "stream"
  | "iterable"
  | "between"
  | "added"
  | "subclass"
  | "provider"
  | "sub_agent"
  | "abort"
  | "control_flow"
  | "model";

/** One member of a tool's arguments. Without a default it is required. */
export interface ToolParameter {
  readonly type: "string" | "number" | "boolean";
  readonly default?: JsonValue;
}

/** What a tool of the suite is handed next to its arguments. */
export interface ToolSurroundings {
  /** The run's own, as the framework hands it to tools; undefined where it hands out none. */
  readonly signal?: AbortSignal | undefined;
  /** Throws the framework's own control-flow signal. Needed for `control_flow`. */
  readonly interrupt?: () => never;
}

/** A tool, told without any framework. The harness builds the framework's own tool of it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** The members of its arguments; the framework's schema is a closed or stripping object of them. */
  readonly parameters: Readonly<Record<string, ToolParameter>>;
  /** `subclass`: built as a subclass that has no function of its own, such as LangChain's `_call`. */
  readonly shape?: "subclass";
  /**
   * What it does. Hand over the very arguments that the framework gave: no copy, no second parsing.
   * A value is an object, unless it is an async iterable, of texts. What it throws, it throws.
   */
  run(args: JsonObject, surroundings: ToolSurroundings): unknown;
}

/** A model, told without any framework. The harness builds the framework's own fake model of it. */
export interface ModelSpec {
  /** As policies name it. */
  readonly name: string;
  /**
   * Gives the text that it answers with. Hand over what a provider would be sent, by its names over HTTP:
   * `max_tokens` and `temperature`, each only where it is set. What it throws, the model throws.
   */
  answer(parameters: JsonObject): string;
}

/**
 * Other people's code between the adapter and the tool, such as a middleware nearer to the tool than
 * ours. Where the adapter stands on the tool itself, the code is outside of it: build it where a user of
 * the framework would.
 */
export interface Between {
  /** Gives the arguments that go on to the tool. */
  readonly rewrite?: (args: JsonObject) => JsonObject;
  /** How often it runs the tool for one call, as a retry does; once where absent. The last result counts. */
  readonly runs?: number;
}

/** What a session is made of. */
export interface Stage {
  /** Absent: the same tools without the adapter, to compare with. */
  readonly enforcer?: Enforcer;
  /** Guarded, where there is an Enforcer. */
  readonly tools: readonly ToolSpec[];
  /** Needs `between`. */
  readonly between?: Between;
  /** Needs `added`: added past the adapter, and offered to the model all the same. */
  readonly added?: readonly ToolSpec[];
  /** Needs `provider`: names of tools that run at the provider. */
  readonly providerTools?: readonly string[];
  /** Needs `model`: guarded, where there is an Enforcer. */
  readonly models?: readonly ModelSpec[];
}

/** Who calls, as token and as principal: give the framework what its context carries. */
export interface Identity {
  readonly token: string;
  readonly principal: Principal;
}

/** What surrounds one turn of the model. */
export interface Turn {
  /** Undefined: the framework's context holds nobody. */
  readonly caller: Identity | undefined;
  /** Needs `abort`. */
  readonly signal?: AbortSignal;
  /** Needs `sub_agent`: an agent inside makes the calls, with `principal.attenuate(subAgent)`. */
  readonly subAgent?: Narrowing;
}

/** One call that the scripted model makes. */
export interface ScriptedCall {
  readonly tool: string;
  readonly args: JsonObject;
  /** Unique within the session. */
  readonly callId: string;
}

/** One run of an agent that is about its model. */
export interface ModelRun {
  /** The name of one of the stage's models. */
  readonly model: string;
  /** What the program asks of the model, as {@link ModelSpec.answer} is handed it. */
  readonly parameters: JsonObject;
  /**
   * What the model calls at its first step, next to its text; it is called once more with the result.
   * Absent: there is one step.
   */
  readonly call?: ScriptedCall;
}

/** What became of a run. A member is absent where there was nothing of the kind. */
export interface ModelReport {
  /** All that the program that started the run was given at its end, as one text. */
  readonly caller?: string;
  /** All that the framework's streams showed of the run, as one text. */
  readonly stream?: string;
  /** What the run threw or rejected with. */
  readonly thrown?: unknown;
}

/** A parked call that is taken up again. */
export interface ResumedCall {
  readonly callId: string;
  /** What is handed back as the id of the approval; a forged one is any value. */
  readonly approval: unknown;
  /** Needs `changed_resume`: in the place of the call's own arguments. */
  readonly args?: JsonObject;
}

/** What became of one call. A member is absent where there was nothing of the kind. */
export interface CallReport {
  readonly callId: string;
  /** The text that the model was given as the result of the call, whole. */
  readonly model?: string;
  /** All that the program that started the run was given of the call, as one text. */
  readonly caller?: string;
  /** All that the framework's streams showed of the call, as one text. */
  readonly stream?: string;
  /** The id of the approval that the call waits for, as the framework gave it out. */
  readonly approval?: string;
  /** What the run threw or rejected with. */
  readonly thrown?: unknown;
  /** Whether the run ended by the framework's own control-flow signal. */
  readonly signalled?: boolean;
}

/** One conversation, agent or server. Several turns may be under way at once, for different callers. */
export interface AdapterSession {
  /** The names of the tools that the model is offered. Needs `list`. Rejects where the run would. */
  offered(turn: Turn): Promise<readonly string[]>;
  /**
   * Has the model make the calls, all in one message where the framework can, otherwise one after the
   * other. Never rejects for what a call or the run does. @returns one report for each, in their order.
   */
  call(turn: Turn, calls: readonly ScriptedCall[]): Promise<readonly CallReport[]>;
  /**
   * Takes the parked calls of the session up again, as whoever talks to the framework could, be it once
   * more after they were done. Needs `resume`.
   * @returns one report for each call of the message that was parked, in their order.
   */
  resume(turn: Turn, calls: readonly ResumedCall[]): Promise<readonly CallReport[]>;
  /** Runs an agent on a model. Needs `model`. Never rejects for what the model or the run does. */
  model?(turn: Turn, run: ModelRun): Promise<ModelReport>;
  close(): Promise<void>;
}

/** A framework with its adapter, as the suite drives it. */
export interface AdapterHarness {
  /** As the documentation names it, such as `LangChain`. */
  readonly name: string;
  readonly capabilities: readonly Capability[];
  open(stage: Stage): Promise<AdapterSession>;
}

/**
 * A case that an adapter does not take, with what its users must know. Write the names out: a list that
 * is computed skips what is added later, and nobody has thought about it.
 */
export interface AdapterSkip {
  /** The case's exact name. */
  readonly case: string;
  /** One sentence or more, which the documentation repeats. */
  readonly reason: string;
}
