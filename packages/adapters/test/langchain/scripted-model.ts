import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import type { JsonObject } from "@scopeward/core";

/** One call that the model makes. */
export interface ModelToolCall {
  readonly name: string;
  readonly args: Record<string, unknown>;
  readonly id: string;
}

/** How a model is made; LangChain's own models take such fields. */
export interface ScriptedModelFields {
  readonly model?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  /** Made for each question of the program, in one message; none where absent. */
  readonly calls?: readonly ModelToolCall[];
  /** What it says, given its parameters by their names over HTTP; `done` where absent. */
  readonly answer?: (parameters: JsonObject) => string;
  /** Shared by the models that are made like this one. */
  readonly seen?: ModelSightings;
}

/** What a model, and the models that were made like it, were given. */
export class ModelSightings {
  /** The names of the tools that it was offered, step by step. */
  readonly offered: (readonly string[])[] = [];
  /** The messages of each call. */
  readonly messages: (readonly BaseMessage[])[] = [];
  /** The settings of each call, and what the model was made with. */
  readonly settings: { readonly made: number | undefined; readonly bound: object }[] = [];

  /** What the model was last given as the result of a call. */
  resultOf(callId: string): string | undefined {
    const results = this.messages
      .flat()
      .filter((message) => ToolMessage.isInstance(message))
      .filter(({ tool_call_id }) => tool_call_id === callId);
    return results.at(-1)?.text;
  }
}

/** A model that calls tools by a script, and ends once it has their results. */
export class ScriptedModel extends BaseChatModel {
  readonly model: string | undefined;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly seen: ModelSightings;
  readonly #calls: readonly ModelToolCall[];
  readonly #answer: ScriptedModelFields["answer"];

  constructor(fields: ScriptedModelFields = {}) {
    super({});
    this.model = fields.model;
    this.maxTokens = fields.maxTokens;
    this.temperature = fields.temperature;
    this.seen = fields.seen ?? new ModelSightings();
    this.#calls = fields.calls ?? [];
    this.#answer = fields.answer;
    // So that a model made like this one shares what is seen.
    this.lc_kwargs = { ...fields, seen: this.seen };
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(
    tools: readonly object[],
    settings: object = {},
  ): ReturnType<BaseChatModel["withConfig"]> {
    this.seen.offered.push(
      tools.map((tool) => String(Reflect.get(tool, "name") ?? Reflect.get(tool, "type"))),
    );
    this.seen.settings.push({ made: this.maxTokens, bound: settings });
    return this.withConfig({});
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    this.seen.messages.push([...messages]);
    const { maxTokens, temperature } = this;
    const text = this.#answer?.({
      ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
    });
    const isAsked = messages.at(-1)?.type === "human" && this.#calls.length > 0;
    const message = isAsked
      ? new AIMessage({
          content: text ?? "",
          tool_calls: this.#calls.map((call) => ({ ...call, type: "tool_call" as const })),
        })
      : new AIMessage(text ?? "done");
    return { generations: [{ text: message.text, message }] };
  }
}
