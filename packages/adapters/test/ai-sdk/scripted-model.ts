import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { MockLanguageModelV4, simulateReadableStream } from "ai/test";

const usage: LanguageModelV4Usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

/** One call of a tool, as a model writes it. */
export interface WrittenCall {
  readonly tool: string;
  readonly args: unknown;
  readonly callId: string;
}

/** What a model answers with: texts and calls. */
export function answer(...parts: readonly (string | WrittenCall)[]): LanguageModelV4GenerateResult {
  const content = parts.map((part): LanguageModelV4Content =>
    typeof part === "string"
      ? { type: "text", text: part }
      : {
          type: "tool-call",
          toolCallId: part.callId,
          toolName: part.tool,
          input: JSON.stringify(part.args),
        },
  );
  const hasCalls = parts.some((part) => typeof part !== "string");
  const unified = hasCalls ? "tool-calls" : "stop";
  return { content, finishReason: { unified, raw: undefined }, usage, warnings: [] };
}

/** The framework's fake model, which gives one answer after another, and `done` after the last. */
export function scriptedModel(
  answers: readonly LanguageModelV4GenerateResult[],
  modelId = "atlas-mini",
): MockLanguageModelV4 {
  let index = 0;
  return answeringModel(modelId, () => answers[index++] ?? answer("done"));
}

/** The framework's fake model, which gives what is made of each call. */
export function answeringModel(
  modelId: string,
  next: (asked: LanguageModelV4CallOptions) => LanguageModelV4GenerateResult,
): MockLanguageModelV4 {
  return new MockLanguageModelV4({
    modelId,
    doGenerate: async (asked) => next(asked),
    doStream: async (asked) => {
      const { content, finishReason } = next(asked);
      return {
        stream: simulateReadableStream({
          chunks: chunksOf(content, finishReason),
          initialDelayInMs: null,
          chunkDelayInMs: null,
        }),
      };
    },
  });
}

/** The results that a model was given for the calls, by the id of the call, as text. */
export function givenResults({ prompt }: LanguageModelV4CallOptions): ReadonlyMap<string, string> {
  const results = new Map<string, string>();
  for (const message of prompt) {
    if (message.role !== "tool") continue;
    for (const part of message.content) {
      if (part.type !== "tool-result") continue;
      const { output } = part;
      const text =
        output.type === "execution-denied"
          ? (output.reason ?? "denied")
          : output.type === "text" || output.type === "error-text"
            ? output.value
            : JSON.stringify(output.value);
      results.set(part.toolCallId, text);
    }
  }
  return results;
}

// Texts come in pieces of four characters, as from a model.
function chunksOf(
  content: readonly LanguageModelV4Content[],
  finishReason: LanguageModelV4FinishReason,
): LanguageModelV4StreamPart[] {
  const parts = content.flatMap((part, index): LanguageModelV4StreamPart[] => {
    if (part.type !== "text") return [part as LanguageModelV4StreamPart];
    const id = String(index);
    const pieces = part.text.match(/.{1,4}/gsu) ?? [];
    return [
      { type: "text-start", id },
      ...pieces.map((delta) => ({ type: "text-delta" as const, id, delta })),
      { type: "text-end", id },
    ];
  });
  return [
    { type: "stream-start", warnings: [] },
    ...parts,
    { type: "finish", finishReason, usage },
  ];
}
