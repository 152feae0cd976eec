import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { ChatResult } from "@langchain/core/outputs";
import { AIMessage, ToolMessage } from "langchain";
import type { BaseMessage } from "langchain";

/** What the model does for a question: one call of a tool. */
export interface ScriptedStep {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** How the model is made, as models of LangChain are. */
export interface ScriptedModelFields {
  readonly model: string;
  /** The longest answer, in tokens. */
  readonly maxTokens: number;
  /** From a question to what the model does for it. */
  readonly script: Readonly<Record<string, ScriptedStep>>;
  /** Shared by all models that are made like this one. */
  readonly seen: ModelSighting;
}

/** What the model was last offered, and how long its answer might be. */
export interface ModelSighting {
  offered: readonly string[];
  maxTokens: number;
}

/** Stands in for a provider's model. It needs no account, and does what injected text may make a model do. */
export class ScriptedModel extends BaseChatModel {
  readonly model: string;
  readonly maxTokens: number;
  readonly #fields: ScriptedModelFields;

  constructor(fields: ScriptedModelFields) {
    super({});
    this.lc_kwargs = { ...fields };
    this.model = fields.model;
    this.maxTokens = fields.maxTokens;
    this.#fields = fields;
  }

  override _llmType(): string {
    return "scripted";
  }

  override bindTools(tools: readonly object[]): ReturnType<BaseChatModel["withConfig"]> {
    this.#fields.seen.offered = tools.map((tool) => String(Reflect.get(tool, "name")));
    this.#fields.seen.maxTokens = this.maxTokens;
    return this.withConfig({});
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const last = messages.at(-1);
    const step = ToolMessage.isInstance(last) ? undefined : this.#fields.script[last?.text ?? ""];
    const message =
      step === undefined
        ? new AIMessage("That is what I found.")
        : new AIMessage({
            content: "",
            tool_calls: [{ type: "tool_call", id: "call-1", name: step.tool, args: step.args }],
          });
    return { generations: [{ text: message.text, message }] };
  }
}
