import { isStepCount, jsonSchema, streamText, tool, wrapLanguageModel } from "ai";
import type { LanguageModel, ModelMessage, Tool, ToolSet } from "ai";
import type { JsonObject } from "@scopeward/core";
import type { Principal } from "@scopeward/sdk";
import { z } from "zod";
import { approvalIn, guardModel, guardTools, prepareStep, toolApproval } from "../../src/ai-sdk.ts";
import type {
  AdapterHarness,
  AdapterSession,
  AdapterSkip,
  CallReport,
  ModelReport,
  ModelRun,
  ResumedCall,
  ScriptedCall,
  Stage,
  ToolParameter,
  ToolSpec,
  Turn,
} from "../../src/conformance.ts";
import { convertReadableStreamToArray } from "ai/test";
import { answer, answeringModel, givenResults, scriptedModel } from "./scripted-model.ts";

type Execute = NonNullable<Tool["execute"]>;

/** What the framework has nothing of. */
export const skips: readonly AdapterSkip[] = [
  {
    case: "a tool that is a subclass without a function of its own is guarded too",
    reason:
      "Tools of the AI SDK are plain objects: one without `execute` is never run by the framework.",
  },
  {
    case: "the framework's own control-flow signal passes",
    reason: "The AI SDK has none: whatever a tool throws is its error, and the model reads it.",
  },
];

/** The AI SDK with a fake model: `guardTools`, `toolApproval` and `prepareStep` together. */
export const aiSdkHarness: AdapterHarness = {
  name: "AI SDK",
  capabilities: [
    "list",
    "resume",
    "changed_resume",
    "siblings",
    "stream",
    "iterable",
    "between",
    "added",
    "provider",
    "sub_agent",
    "abort",
    "model",
  ],
  open: (stage) => Promise.resolve(new ChatSession(stage)),
};

/** One chat, of which the client has the messages. */
class ChatSession implements AdapterSession {
  readonly #stage: Stage;
  readonly #parked = new Map<string, { messages: ModelMessage[]; callIds: readonly string[] }>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async offered(turn: Turn): Promise<readonly string[]> {
    const { enforcer } = this.#stage;
    const { tools } = this.#guarded(turn, turn.caller?.principal);
    if (enforcer === undefined) return Object.keys(tools);
    const model = scriptedModel([]);
    const principal = turn.caller?.principal;
    const run = streamText({
      model,
      prompt: "hello",
      tools,
      prepareStep: prepareStep({
        enforcer,
        tools,
        ...(principal === undefined ? {} : { principal }),
      }),
      onError: () => {},
    });
    await run.consumeStream();
    return model.doStreamCalls[0]?.tools?.map(({ name }) => name) ?? [];
  }

  async call(turn: Turn, calls: readonly ScriptedCall[]): Promise<readonly CallReport[]> {
    const { caller, subAgent } = turn;
    const callIds = calls.map(({ callId }) => callId);
    const messages: ModelMessage[] = [{ role: "user", content: "hello" }];
    if (subAgent === undefined || caller === undefined) {
      return await this.#run(turn, caller?.principal, messages, calls, callIds);
    }
    let reports: readonly CallReport[] = [];
    const delegate = tool({
      inputSchema: z.object({}),
      execute: async () => {
        const narrowed = caller.principal.attenuate(subAgent);
        reports = await this.#run(turn, narrowed, messages, calls, callIds);
        return "delegated";
      },
    });
    const outer = scriptedModel([answer({ tool: "delegate", args: {}, callId: "outer" })]);
    await streamText({ model: outer, prompt: "go", tools: { delegate } }).consumeStream();
    return reports;
  }

  async resume(turn: Turn, calls: readonly ResumedCall[]): Promise<readonly CallReport[]> {
    const [first] = calls;
    const parked = this.#parked.get(first?.callId ?? "");
    if (parked === undefined) throw new TypeError("no such call is parked");
    const messages = structuredClone(parked.messages);
    // A client claims whatever it likes: it always says that it was approved.
    for (const { callId, approval, args } of calls) claimApproved(messages, callId, approval, args);
    return await this.#run(turn, turn.caller?.principal, messages, [], parked.callIds);
  }

  async model(turn: Turn, { model, parameters, call }: ModelRun): Promise<ModelReport> {
    const { max_tokens: maxOutputTokens, temperature } = parameters;
    const { tools } = this.#guarded(turn, turn.caller?.principal);
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    const run = streamText({
      model: this.#model(turn, model, call),
      prompt: "hello",
      tools,
      stopWhen: isStepCount(2),
      onError: ({ error }) => void errors.push(error),
      ...(typeof maxOutputTokens === "number" ? { maxOutputTokens } : {}),
      ...(typeof temperature === "number" ? { temperature } : {}),
    });
    for await (const chunk of run.stream) seen.push(chunk);
    const uiChunks = await settled(
      convertReadableStreamToArray(run.toUIMessageStream({ onError: String })),
    );
    return {
      caller: JSON.stringify([await settled(run.steps), await settled(run.responseMessages)]),
      // A text comes in pieces, so it is looked for in what they add up to as well.
      stream: JSON.stringify([seen, uiChunks, streamedText(seen)]),
      ...(errors.length === 0 ? {} : { thrown: errors[0] }),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #run(
    turn: Turn,
    principal: Principal | undefined,
    messages: ModelMessage[],
    calls: readonly ScriptedCall[],
    callIds: readonly string[],
  ): Promise<readonly CallReport[]> {
    const model = scriptedModel(calls.length === 0 ? [] : [answer(...calls)]);
    const { tools, approval } = this.#guarded(turn, principal);
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    const run = streamText({
      model,
      messages,
      tools,
      stopWhen: isStepCount(2),
      ...(approval === undefined ? {} : { toolApproval: approval }),
      ...(turn.signal === undefined ? {} : { abortSignal: turn.signal }),
      onError: ({ error }) => void errors.push(error),
    });
    for await (const chunk of run.stream) seen.push(chunk);
    const response = await settled(run.responseMessages);
    const steps = await settled(run.steps);
    const uiChunks = await settled(
      convertReadableStreamToArray(run.toUIMessageStream({ onError: String })),
    );
    const all = [...messages, ...(response ?? [])];
    for (const callId of callIds) this.#parked.set(callId, { messages: all, callIds });
    const results = model.doStreamCalls.map(givenResults).at(-1);
    return callIds.map((callId) => {
      const modelText = results?.get(callId);
      const approvalId = waitingFor(seen, callId);
      return {
        callId,
        ...(modelText === undefined ? {} : { model: modelText }),
        caller: JSON.stringify([
          about(steps?.flatMap(({ content }) => content) ?? [], callId),
          response,
        ]),
        stream: JSON.stringify([about(seen, callId), uiChunks]),
        ...(approvalId === undefined ? {} : { approval: approvalId }),
        ...(errors.length === 0 ? {} : { thrown: errors[0] }),
      };
    });
  }

  #model(
    { caller }: Turn,
    name: string,
    call: ScriptedCall | undefined,
  ): Exclude<LanguageModel, string> {
    const { enforcer, models = [] } = this.#stage;
    const spec = models.find((each) => each.name === name);
    if (spec === undefined) throw new TypeError(`there is no model ${name}`);
    const model = answeringModel(name, ({ prompt, maxOutputTokens, temperature }) => {
      const text = spec.answer({
        ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
        ...(temperature === undefined ? {} : { temperature }),
      });
      const isFirst = prompt.at(-1)?.role === "user";
      return answer(text, ...(call !== undefined && isFirst ? [call] : []));
    });
    if (enforcer === undefined) return model;
    const principal = caller === undefined ? {} : { principal: caller.principal };
    return wrapLanguageModel({ model, middleware: guardModel({ enforcer, ...principal }) });
  }

  #guarded(
    { subAgent }: Turn,
    principal: Principal | undefined,
  ): { tools: ToolSet; approval?: ReturnType<typeof toolApproval> } {
    const { enforcer, tools: specs, added = [], providerTools = [], between } = this.#stage;
    const bare = Object.fromEntries(specs.map((spec) => [spec.name, toolOf(spec)]));
    const unguarded = {
      ...Object.fromEntries(added.map((spec) => [spec.name, toolOf(spec)])),
      ...Object.fromEntries(providerTools.map((name) => [name, providerTool(name)])),
    };
    const options = principal === undefined ? {} : { principal };
    const guarded =
      enforcer === undefined ? bare : guardTools<ToolSet>(bare, { ...options, enforcer });
    const wrapped = Object.entries(guarded).map(([name, each]) => [
      name,
      between === undefined ? each : interfered(each, between),
    ]);
    const tools: ToolSet = { ...Object.fromEntries(wrapped), ...unguarded };
    if (enforcer === undefined) return { tools };
    // An agent inside a tool cannot use `toolApproval`: there the tools stand alone.
    return subAgent === undefined
      ? { tools, approval: toolApproval({ ...options, enforcer }) }
      : { tools };
  }
}

function toolOf(spec: ToolSpec): Tool {
  const inputSchema = z.object(
    Object.fromEntries(
      Object.entries(spec.parameters).map(([name, each]) => [name, memberOf(each)]),
    ),
  );
  const run = (args: unknown, signal: AbortSignal | undefined): unknown =>
    spec.run(args as JsonObject, { signal });
  const { description } = spec;
  return tool({
    description,
    inputSchema,
    execute: async function* (args, { abortSignal }) {
      const result = await run(args, abortSignal);
      if (typeof result !== "object" || result === null || !(Symbol.asyncIterator in result)) {
        yield result;
        return;
      }
      // Each piece is a whole result so far, as the framework has it.
      let text = "";
      for await (const piece of result as AsyncIterable<string>) yield (text += piece);
    },
  });
}

function memberOf({ type, default: value }: ToolParameter): z.ZodType {
  const member: z.ZodType = { string: z.string(), number: z.number(), boolean: z.boolean() }[type];
  return value === undefined ? member : member.default(value);
}

function providerTool(name: string): Tool {
  return {
    type: "provider",
    id: `fake.${name}`,
    isProviderExecuted: true,
    args: {},
    inputSchema: jsonSchema({ type: "object" }),
    outputSchema: jsonSchema({ type: "object" }),
  };
}

function interfered(
  guarded: ToolSet[string],
  { rewrite, runs = 1 }: NonNullable<Stage["between"]>,
): Tool {
  return {
    ...guarded,
    execute: async function* (input: unknown, options: Parameters<Execute>[1]) {
      const args = rewrite === undefined ? input : rewrite(input as JsonObject);
      for (let run = 0; run < runs; run++) {
        yield* (guarded.execute as Execute)(args, options) as AsyncIterable<unknown>;
      }
    },
  } as Tool;
}

function claimApproved(
  messages: ModelMessage[],
  callId: string,
  approval: unknown,
  args: JsonObject | undefined,
): void {
  let approvalId: string | undefined;
  for (const { role, content } of messages) {
    if (role !== "assistant" || typeof content === "string") continue;
    for (const part of content) {
      if (part.type === "tool-approval-request" && part.toolCallId === callId) {
        approvalId = part.approvalId;
      }
      if (part.type === "tool-call" && part.toolCallId === callId) part.input = args ?? part.input;
    }
  }
  if (approvalId === undefined) throw new TypeError("the call is not parked");
  const reason = JSON.stringify(approval);
  const response = { type: "tool-approval-response", approvalId, approved: true, reason } as const;
  messages.push({ role: "tool", content: [response] });
}

/** The id of the approval, which the framework shows with its question. */
function waitingFor(chunks: readonly unknown[], callId: string): string | undefined {
  for (const chunk of chunks as {
    type: string;
    reason?: string;
    toolCall?: { toolCallId: string };
  }[]) {
    if (chunk.type !== "tool-approval-request" || chunk.toolCall?.toolCallId !== callId) continue;
    return approvalIn(chunk.reason);
  }
  return undefined;
}

function streamedText(chunks: readonly unknown[]): string {
  return (chunks as { readonly type: string; readonly text?: string }[])
    .map(({ type, text = "" }) => (type === "text-delta" ? text : ""))
    .join("");
}

function about(parts: readonly unknown[], callId: string): readonly unknown[] {
  return parts.filter((part) => JSON.stringify(part)?.includes(callId));
}

async function settled<T>(promise: PromiseLike<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch {
    return undefined;
  }
}
