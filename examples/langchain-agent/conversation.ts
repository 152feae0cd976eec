import assert from "node:assert/strict";
import { join } from "node:path";
import { Command, MemorySaver } from "@langchain/langgraph";
import { guardTool, scopewardMiddleware } from "@scopeward/adapters/langchain";
import type { ApprovalInterrupt } from "@scopeward/adapters/langchain";
import { readEntries } from "@scopeward/audit";
import { createAgent, ToolMessage } from "langchain";
import type { BaseMessage, ReactAgent } from "langchain";
import type { Principal, Secret, Ward } from "scopeward";
import { ScriptedModel } from "./scripted-model.ts";
import type { ModelSighting, ScriptedStep } from "./scripted-model.ts";
import { tools } from "./tools.ts";

/** Somebody with a key. */
export interface Person {
  readonly name: string;
  readonly token: Secret;
}

/** What came of a question. */
export interface Reply {
  /** What the model read as the result of its call. */
  readonly text: string;
  /** The id of the approval that the call waits for. */
  readonly approval?: string;
}

/** An agent as anybody writes one, but for two lines: the guarded tools and the middleware. */
export function agentOf(
  { enforcer }: Ward,
  script: Readonly<Record<string, ScriptedStep>>,
  seen: ModelSighting,
): ReactAgent {
  const model = new ScriptedModel({
    model: "atlas-mini-2026-01-15",
    maxTokens: 4_096,
    script,
    seen,
  });
  return createAgent({
    model,
    tools: tools.map((each) => guardTool(each, { enforcer })),
    middleware: [scopewardMiddleware({ enforcer })],
    checkpointer: new MemorySaver(),
  });
}

/** The principal of a person's key, as of now. */
export async function principalOf(ward: Ward, { token }: Person): Promise<Principal> {
  const verification = await ward.keys.verify(token);
  assert(verification.outcome === "verified");
  return verification.principal;
}

let conversations = 0;

/** One person and the agent. */
export class Conversation {
  readonly id = `conversation-${String((conversations += 1))}`;
  readonly #agent: ReactAgent;
  readonly #principal: Principal;

  constructor(agent: ReactAgent, principal: Principal) {
    this.#agent = agent;
    this.#principal = principal;
  }

  async ask(question: string): Promise<Reply> {
    return await this.#go({ messages: [{ role: "user", content: question }] });
  }

  /** Goes on with a call that waited. */
  async resume(approval: string): Promise<Reply> {
    return await this.#go(new Command({ resume: approval }));
  }

  async #go(input: object): Promise<Reply> {
    const state: object = await this.#agent.invoke(input as never, {
      context: { principal: this.#principal },
      configurable: { thread_id: this.id },
    });
    const messages = Reflect.get(state, "messages") as readonly BaseMessage[];
    const text = messages.findLast((message) => ToolMessage.isInstance(message))?.text ?? "";
    const waiting = Reflect.get(state, "__interrupt__") as
      | readonly { readonly value: ApprovalInterrupt }[]
      | undefined;
    const approval = waiting?.[0]?.value.approval;
    return approval === undefined ? { text } : { text, approval };
  }
}

/** What the audit log says of a conversation's last call: the decision, and what was done to the result. */
export async function trailOf(state: string, conversation: Conversation): Promise<string> {
  let said = "";
  let decisionId: unknown;
  for await (const entry of readEntries(join(state, "audit"))) {
    if (entry["session"] === conversation.id && entry["event"] === "tool_call") {
      said = [entry["effect"] as string, ...(entry["codes"] as readonly string[])].join(" ");
      decisionId = entry.id;
    } else if (entry["decisionId"] === decisionId && entry.type === "outcome") {
      const duties = entry["obligations"] as readonly { readonly type: string }[];
      said = [said, ...duties.map(({ type }) => type)].join(", ");
    }
  }
  return said;
}
