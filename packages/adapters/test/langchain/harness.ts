import { interrupt, Command, MemorySaver } from "@langchain/langgraph";
import { guardTool, scopewardMiddleware } from "@scopeward/adapters/langchain";
import type { ApprovalInterrupt, GuardableTool } from "@scopeward/adapters/langchain";
import type {
  AdapterHarness,
  AdapterSession,
  AdapterSkip,
  CallReport,
  Identity,
  ModelReport,
  ModelRun,
  ResumedCall,
  ScriptedCall,
  Stage,
  ToolSpec,
  Turn,
} from "@scopeward/adapters/conformance";
import type { JsonObject } from "@scopeward/core";
import { createAgent, createMiddleware, StructuredTool, tool, ToolMessage } from "langchain";
import type { AgentMiddleware } from "langchain";
import { z } from "zod";
import { ScriptedModel } from "./scripted-model.ts";
import type { ModelSightings, ScriptedModelFields } from "./scripted-model.ts";

/** LangChain's `createAgent` with guarded tools and the middleware. */
export const harness: AdapterHarness = {
  name: "LangChain",
  capabilities: [
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
  ],
  open: async (stage) => new LangChainSession(stage),
};

/** What the framework shows before an answer is whole. */
export const skips: readonly AdapterSkip[] = [
  {
    case: "a redacted text of a model is not in the stream",
    reason:
      "LangChain shows the pieces of a model's answer in the stream `messages` before the answer is whole, past every middleware. The answer in the state is redacted: do not show that stream where it has to be.",
  },
];

const streamModes = ["values", "updates", "messages", "tools", "custom"] as const;

/** One run of an agent, which may be taken up again. */
interface AgentRun {
  readonly agent: { stream: StreamOf };
  readonly seen: ModelSightings;
  readonly callIds: readonly string[];
  readonly interrupts: Map<string, string>;
}

type StreamOf = (input: unknown, config: object) => Promise<AsyncIterable<unknown>>;

class LangChainSession implements AdapterSession {
  readonly #stage: Stage;
  readonly #runs: AgentRun[] = [];
  readonly #edited = new Map<string, JsonObject>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async offered(turn: Turn): Promise<readonly string[]> {
    const run = this.#start([]);
    await this.#follow(run, question, turn);
    return run.seen.offered.at(-1) ?? [];
  }

  async call(turn: Turn, calls: readonly ScriptedCall[]): Promise<readonly CallReport[]> {
    const run = this.#start(calls);
    this.#runs.push(run);
    if (turn.subAgent === undefined) return await this.#follow(run, question, turn);
    return await this.#delegate(run, turn, turn.subAgent);
  }

  async resume(turn: Turn, calls: readonly ResumedCall[]): Promise<readonly CallReport[]> {
    const first = calls[0]?.callId ?? "";
    const run = this.#runs.find(({ callIds }) => callIds.includes(first));
    if (run === undefined) throw new TypeError(`no run made the call ${first}`);
    const resume: Record<string, unknown> = {};
    for (const { callId, approval, args } of calls) {
      if (args !== undefined) this.#edited.set(callId, args);
      resume[run.interrupts.get(callId) ?? callId] = approval;
    }
    return await this.#follow(run, new Command({ resume }), turn);
  }

  async model(turn: Turn, asked: ModelRun): Promise<ModelReport> {
    const spec = this.#stage.models?.find(({ name }) => name === asked.model);
    if (spec === undefined) throw new TypeError(`there is no model ${asked.model}`);
    const { max_tokens: maxTokens, temperature } = asked.parameters;
    const run = this.#start(asked.call === undefined ? [] : [asked.call], {
      model: spec.name,
      answer: (parameters) => spec.answer(parameters),
      ...(typeof maxTokens === "number" ? { maxTokens } : {}),
      ...(typeof temperature === "number" ? { temperature } : {}),
    });
    const { shown, messages, thrown } = await followed(run, turn.caller, (config) =>
      run.agent.stream(question, config),
    );
    return {
      caller: JSON.stringify(messages),
      stream: shown.join("\n"),
      ...(thrown === undefined ? {} : { thrown: thrown.error }),
    };
  }

  async close(): Promise<void> {}

  #start(calls: readonly ScriptedCall[], fields: ScriptedModelFields = {}): AgentRun {
    const { enforcer, tools, added = [], providerTools = [] } = this.#stage;
    const model = new ScriptedModel({
      ...fields,
      calls: calls.map(({ tool: name, args, callId }) => ({ name, args: { ...args }, id: callId })),
    });
    const built = tools.map(builtTool);
    const agent = createAgent({
      model,
      tools: [
        ...(enforcer === undefined ? built : built.map((each) => guardTool(each, { enforcer }))),
        ...providerTools.map((type) => ({ type })),
      ],
      middleware: [...this.#outside(), ...this.#inside(added)],
      checkpointer: new MemorySaver(),
    });
    return {
      agent: agent as unknown as AgentRun["agent"],
      seen: model.seen,
      callIds: calls.map(({ callId }) => callId),
      interrupts: new Map(),
    };
  }

  #outside(): AgentMiddleware[] {
    const { enforcer, models } = this.#stage;
    if (enforcer === undefined) return [];
    // As somebody who edits a call before it goes on.
    const edit = createMiddleware({
      name: "edit",
      wrapToolCall: (request, handler) => {
        const args = this.#edited.get(request.toolCall.id ?? "");
        const edited = args === undefined ? {} : { args: { ...args } };
        return handler({ ...request, toolCall: { ...request.toolCall, ...edited } });
      },
    });
    // The cases about tools know of no model.
    const unnamed = models === undefined ? { models: false as const } : {};
    return [edit, scopewardMiddleware({ enforcer, ...unnamed })];
  }

  #inside(added: readonly ToolSpec[]): AgentMiddleware[] {
    const { between } = this.#stage;
    if (between === undefined && added.length === 0) return [];
    const { rewrite = (args: JsonObject) => args, runs = 1 } = between ?? {};
    return [
      createMiddleware({
        name: "other",
        tools: added.map(builtTool),
        wrapToolCall: async (request, handler) => {
          const args = { ...rewrite(request.toolCall.args as JsonObject) };
          const rewritten = { ...request, toolCall: { ...request.toolCall, args } };
          for (let run = 1; run < runs; run++) await handler(rewritten);
          return await handler(rewritten);
        },
      }),
    ];
  }

  async #follow(run: AgentRun, input: unknown, turn: Turn): Promise<readonly CallReport[]> {
    const { caller, signal } = turn;
    return await reported(run, caller, async (config) =>
      run.agent.stream(input, { ...config, ...(signal === undefined ? {} : { signal }) }),
    );
  }

  // An agent of which a tool, that nobody guarded, asks another one.
  async #delegate(
    run: AgentRun,
    { caller }: Turn,
    narrowing: NonNullable<Turn["subAgent"]>,
  ): Promise<readonly CallReport[]> {
    let reports: readonly CallReport[] = [];
    const delegate = tool(
      async () => {
        const principal = caller?.principal.attenuate(narrowing);
        const narrowed =
          caller === undefined || principal === undefined ? undefined : { ...caller, principal };
        reports = await reported(run, narrowed, (config) => run.agent.stream(question, config));
        return "done";
      },
      { name: "delegate", description: "asks another agent", schema: z.object({}) },
    );
    const model = new ScriptedModel({ calls: [{ name: "delegate", args: {}, id: "outer" }] });
    const outer = createAgent({ model, tools: [delegate] });
    await outer.invoke(question, { context: { principal: caller?.principal } });
    return reports;
  }
}

const question = { messages: [{ role: "user", content: "go on" }] };

/** What was seen of a run. */
interface Followed {
  readonly shown: readonly string[];
  readonly messages: readonly unknown[];
  readonly approvals: ReadonlyMap<string, string>;
  readonly isSignalled: boolean;
  readonly thrown?: { readonly error: unknown };
}

/** Follows a run to its end. */
async function followed(
  run: AgentRun,
  caller: Identity | undefined,
  open: (config: object) => Promise<AsyncIterable<unknown>>,
): Promise<Followed> {
  const shown: string[] = [];
  const approvals = new Map<string, string>();
  let isSignalled = false;
  let messages: readonly unknown[] = [];
  try {
    const stream = await open({
      configurable: { thread_id: "conformance" },
      context: caller === undefined ? {} : { principal: caller.principal },
      streamMode: streamModes,
    });
    for await (const chunk of stream) {
      shown.push(JSON.stringify(chunk));
      const [mode, value] = chunk as [string, Record<string, readonly unknown[]>];
      if (mode === "values") messages = value["messages"] ?? messages;
      for (const { id, value: given } of (value["__interrupt__"] ?? []) as InterruptChunk[]) {
        if (given.callId === undefined) isSignalled = true;
        else {
          run.interrupts.set(given.callId, id);
          approvals.set(given.callId, String(given.approval));
        }
      }
    }
  } catch (error) {
    return { shown, messages, approvals, isSignalled, thrown: { error } };
  }
  return { shown, messages, approvals, isSignalled };
}

/** Follows a run to its end, and tells what became of each of its calls. */
async function reported(
  run: AgentRun,
  caller: Identity | undefined,
  open: (config: object) => Promise<AsyncIterable<unknown>>,
): Promise<readonly CallReport[]> {
  const before = run.seen.messages.length;
  const { shown, messages, approvals, isSignalled, thrown } = await followed(run, caller, open);
  const isModelAsked = run.seen.messages.length > before;
  return run.callIds.map((callId) => {
    const result = messages.findLast(
      (message) => ToolMessage.isInstance(message) && message.tool_call_id === callId,
    );
    const model = isModelAsked ? run.seen.resultOf(callId) : undefined;
    const approval = approvals.get(callId);
    return {
      callId,
      ...(model === undefined ? {} : { model }),
      ...(result === undefined ? {} : { caller: JSON.stringify({ result, own: { ...result } }) }),
      stream: shown.join("\n"),
      ...(approval === undefined ? {} : { approval }),
      ...(thrown === undefined ? {} : { thrown: thrown.error }),
      ...(isSignalled ? { signalled: true } : {}),
    };
  });
}

interface InterruptChunk {
  readonly id: string;
  readonly value: Partial<ApprovalInterrupt>;
}

function builtTool(spec: ToolSpec): GuardableTool {
  const schema = z.object(
    Object.fromEntries(
      Object.entries(spec.parameters).map(([name, { type, default: value }]) => {
        const parameter: z.ZodType = { string: z.string, number: z.number, boolean: z.boolean }[
          type
        ]();
        return [name, value === undefined ? parameter : parameter.default(value)];
      }),
    ),
  );
  const { name, description } = spec;
  if (spec.shape === "subclass") return new SubclassTool(spec, schema);
  return tool<z.ZodObject>(
    async (args, { signal }) => answered(await spec.run(args as JsonObject, surroundings(signal))),
    { name, description, schema },
  );
}

class SubclassTool extends StructuredTool {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodObject;
  readonly #spec: ToolSpec;

  constructor(spec: ToolSpec, schema: z.ZodObject) {
    super();
    this.name = spec.name;
    this.description = spec.description;
    this.schema = schema;
    this.#spec = spec;
  }

  protected override async _call(
    args: unknown,
    _runManager?: unknown,
    config?: { signal?: AbortSignal },
  ): Promise<unknown> {
    return answered(await this.#spec.run(args as JsonObject, surroundings(config?.signal)));
  }
}

function surroundings(signal: AbortSignal | undefined): Parameters<ToolSpec["run"]>[1] {
  return { signal, interrupt: raised };
}

function raised(): never {
  interrupt("a signal of the framework's own");
  throw new TypeError("the graph goes on after its interrupt");
}

// A tool of LangChain that comes in pieces is a generator: what it returns is the result.
function answered(result: unknown): unknown {
  return typeof result === "object" && result !== null && Symbol.asyncIterator in result
    ? inPieces(result as AsyncIterable<string>)
    : result;
}

async function* inPieces(pieces: AsyncIterable<string>): AsyncGenerator<string, string> {
  let whole = "";
  for await (const piece of pieces) {
    whole += piece;
    yield piece;
  }
  return whole;
}
