import { MockLanguageModelV4 } from "ai/test";

/** What the model does with the user's last words: it calls a tool. */
export interface ScriptedCall {
  readonly tool: string;
  readonly args: object;
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

type Answer = Awaited<ReturnType<MockLanguageModelV4["doGenerate"]>>;
type Content = Answer["content"][number];

/** The AI SDK's own fake model: it calls the tool of the question, then repeats what it was given. */
export function scriptedModel(
  modelId: string,
  script: Readonly<Record<string, ScriptedCall>>,
): MockLanguageModelV4 {
  let calls = 0;
  return new MockLanguageModelV4({
    modelId,
    doGenerate: ({ prompt }) => {
      const last = prompt.at(-1);
      const [part] = last?.role === "user" ? last.content : [];
      const question = part?.type === "text" ? part.text : undefined;
      const call = question === undefined ? undefined : script[question];
      if (call !== undefined) {
        return Promise.resolve(
          answer({
            type: "tool-call",
            toolCallId: `call-${String((calls += 1))}`,
            toolName: call.tool,
            input: JSON.stringify(call.args),
          }),
        );
      }
      return Promise.resolve(answer({ type: "text", text: lastResult(last) }));
    },
  });
}

function answer(content: Content): Answer {
  const unified = content.type === "tool-call" ? "tool-calls" : "stop";
  return { content: [content], finishReason: { unified, raw: undefined }, usage, warnings: [] };
}

function lastResult(
  message: Parameters<MockLanguageModelV4["doGenerate"]>[0]["prompt"][number] | undefined,
): string {
  const part = message?.role === "tool" ? message.content.at(-1) : undefined;
  if (part?.type !== "tool-result") return "nothing";
  const { output } = part;
  if (output.type === "execution-denied") return output.reason ?? "denied";
  return typeof output.value === "string" ? output.value : JSON.stringify(output.value);
}
