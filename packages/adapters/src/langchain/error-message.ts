import type { ToolMessage } from "@langchain/core/messages";

/** What a model reads of a call that did not run. */
export async function errorMessage(
  content: string,
  name: string,
  toolCallId: string,
): Promise<ToolMessage> {
  const messages = await import("@langchain/core/messages");
  return new messages.ToolMessage({ status: "error", content, name, tool_call_id: toolCallId });
}
