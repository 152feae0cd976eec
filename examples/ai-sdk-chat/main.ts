// A chat on the AI SDK whose tool calls are allowed, denied, redacted and approved, and whose browser lies
// about an approval. Every line that is printed is checked; the process ends with 1 when a claim does not
// hold.
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AdapterError } from "@scopeward/adapters/ai-sdk";
import { openScopeward } from "scopeward";
import type { IssueRequest, Principal, Secret } from "scopeward";
import { claimed, refunds, turn, waiting } from "./chat.ts";
import type { Chat } from "./chat.ts";
import { scriptedModel } from "./scripted-model.ts";

const script = {
  "how long do returns take?": { tool: "search_help_center", args: { query: "returns" } },
  "refund 20 of order A-1": { tool: "refund_order", args: { order: "A-1", amount: 20 } },
  "refund 500 of order A-1": { tool: "refund_order", args: { order: "A-1", amount: 500 } },
  "who ordered?": { tool: "sql_query", args: { dataset: "sales", query: "select *", limit: 10 } },
};

const folder = await mkdtemp(join(tmpdir(), "scopeward-chat-"));
const policies = join(folder, "policies");
await cp(fileURLToPath(new URL("../../policies", import.meta.url)), policies, { recursive: true });
const ward = await openScopeward({
  policies,
  state: join(folder, "state"),
  keys: { pepperFile: join(folder, "secrets", "pepper.json") },
});
try {
  await staffChat();
  await partnerChat();
} finally {
  await ward.close();
  await rm(folder, { recursive: true, force: true });
}

/** Carol of the support staff, with the larger model. */
async function staffChat(): Promise<void> {
  const carol = await principalOf(
    await issue({ owner: "user:carol", audience: "internal", scopes: ["internal-chatbot"] }),
  );
  const model = scriptedModel("atlas-large-2026-02-01", script);
  const ask = async (question: keyof typeof script): Promise<Chat> =>
    await turn(ward, carol, model, [{ role: "user", content: question }]);

  const found = await ask("how long do returns take?");
  assert.equal(found.text, "returns take 14 days");
  const [first] = model.doGenerateCalls;
  assert.equal(first?.maxOutputTokens, 8_192);
  const offered = first.tools?.map(({ name }) => name);
  assert.deepEqual(offered, ["search_help_center", "refund_order"]);
  say("carol", "is offered", offered.join(", "));
  say("carol", "100,000 tokens, please", "cut to 8,192");
  say("carol", "how long do returns take?", found.text);

  const small = await ask("refund 20 of order A-1");
  assert.deepEqual(refunds, [20]);
  say("carol", "refund 20", small.text);

  const hidden = await ask("who ordered?");
  assert.match(hidden.text, /unavailable tool 'sql_query'/u);
  say("carol", "who ordered?", "the model names a hidden tool: not run");

  await largeRefund(
    await ask("refund 500 of order A-1"),
    async (messages) => await turn(ward, carol, model, messages),
  );
}

/** The browser claims that a person approved, before one has. */
async function largeRefund(
  parked: Chat,
  go: (messages: Chat["messages"]) => Promise<Chat>,
): Promise<void> {
  const question = waiting(parked);
  assert(question !== undefined);
  assert.deepEqual(refunds, [20]);
  say("carol", "refund 500", "waits for a person");

  const forged = await go(claimed(parked, question.shown));
  assert.match(forged.text, /engine:approval_invalid/u);
  assert.deepEqual(refunds, [20]);
  say("her browser", "`approved: true`", "engine:approval_invalid, nothing is refunded");

  const token = await issue({
    owner: "user:grace",
    audience: "internal",
    scopes: ["approvals:answer"],
  });
  const { kind } = await ward.enforcer.answerApproval({
    id: question.approval,
    verdict: "approve",
    approver: { token },
  });
  assert.equal(kind, "answered");
  const resumed = await go(claimed(parked, question.shown));
  assert.deepEqual(refunds, [20, 500]);
  say("grace", "approves", resumed.text);

  await go(claimed(parked, question.shown));
  assert.deepEqual(refunds, [20, 500]);
  say("her browser", "the same once more", "nothing is refunded");
}

/** A partner outside of the company. */
async function partnerChat(): Promise<void> {
  const partner = await principalOf(
    await issue({
      owner: "service:partner",
      audience: "external",
      scopes: ["public-llm-api", "data-retrieval:read"],
      constraints: { dataset: ["sales"] },
    }),
  );
  const messages = [{ role: "user", content: "who ordered?" }] as const;
  const mini = scriptedModel("atlas-mini-2026-01-15", script);
  const found = await turn(ward, partner, mini, messages);
  assert.match(found.text, /A-1/u);
  assert.doesNotMatch(JSON.stringify(found), /example\.org/u);
  say("partner", "who ordered?", found.text);

  const large = scriptedModel("atlas-large-2026-02-01", script);
  const error = await turn(ward, partner, large, messages).catch((thrown: unknown) => thrown);
  assert(AdapterError.is(error));
  assert.deepEqual(error.denial?.codes, ["scope:audience"]);
  assert.equal(large.doGenerateCalls.length, 0);
  say("partner", "the larger model", "scope:audience");
}

async function issue(request: IssueRequest): Promise<Secret> {
  const issued = await ward.keys.issue(request);
  assert(issued.kind === "issued", JSON.stringify(issued));
  return issued.token;
}

async function principalOf(token: Secret): Promise<Principal> {
  const verification = await ward.keys.verify(token);
  assert(verification.outcome === "verified");
  return verification.principal;
}

function say(who: string, what: string, outcome: string): void {
  console.log(`${who.padEnd(12)} ${what.padEnd(26)} ${outcome}`);
}
