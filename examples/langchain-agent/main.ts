// An agent whose tool calls are allowed, denied, rewritten, redacted and approved, while a policy is
// edited and a key revoked. Every line that is printed is checked; the process ends with 1 when a claim
// does not hold.
import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AdapterError } from "@scopeward/adapters/langchain";
import { readEntries } from "@scopeward/audit";
import { openScopeward } from "scopeward";
import type { IssueRequest } from "scopeward";
import { agentOf, Conversation, principalOf, trailOf } from "./conversation.ts";
import type { Person, Reply } from "./conversation.ts";
import type { ModelSighting, ScriptedStep } from "./scripted-model.ts";
import { runs } from "./tools.ts";

const sales = { dataset: "sales", query: "select * from orders" };

/** What the model does for a question. */
const script: Readonly<Record<string, ScriptedStep>> = {
  "100 orders": { tool: "sql_query", args: { ...sales, limit: 100 } },
  "the payroll": { tool: "sql_query", args: { ...sales, dataset: "payroll" } },
  "all orders": { tool: "sql_query", args: sales },
  "a refund": { tool: "refund_order", args: { order: "A-1", amount: 5 } },
  "an export": { tool: "sql_query", args: { ...sales, limit: 50_000 } },
};

const maintenance = `
deny contains {"code": "closed_for_maintenance", "message": "back at noon"} if input.phase == "call"
`;

const rows: (readonly string[])[] = [["step", "who", "asks for", "policy said", "the model read"]];
const seen: ModelSighting = { offered: [], maxTokens: 0 };

const folder = await mkdtemp(join(tmpdir(), "scopeward-agent-"));
const [policies, state] = [join(folder, "policies"), join(folder, "state")];
await cp(fileURLToPath(new URL("../../policies", import.meta.url)), policies, { recursive: true });
const keys = { pepperFile: join(folder, "secrets", "pepper.json") };
const ward = await openScopeward({ policies, state, keys, watch: true });
const agent = agentOf(ward, script, seen);
try {
  await story();
  printTable();
  await checkAudit();
} finally {
  await ward.close();
  await rm(folder, { recursive: true, force: true });
}

async function story(): Promise<void> {
  const inside = { audience: "internal", constraints: { dataset: ["sales"] } } as const;
  const outside = { ...inside, audience: "external" } as const;
  const reads = "data-retrieval:read";
  const ada = await keyFor({ ...inside, owner: "user:ada", scopes: [reads, "internal-chatbot"] });
  const shop = await keyFor({
    ...outside,
    owner: "service:shop",
    scopes: [reads, "public-llm-api"],
  });
  const grace = await keyFor({
    owner: "user:grace",
    audience: "internal",
    scopes: ["approvals:answer"],
  });

  const allowed = await asks("allowed", ada, "100 orders");
  assert.match(allowed.text, /north.*ada@example\.org/u);
  assert.deepEqual(seen, { offered: ["sql_query", "refund_order"], maxTokens: 4_096 });

  const denied = await asks("denied", ada, "the payroll");
  assert.match(denied.text, /key:constraint/u);

  const rewritten = await asks("rewritten", ada, "all orders");
  assert.match(rewritten.text, /"limit":1000/u);

  // Outside of the company personal fields are taken out, fewer tools are offered and answers are shorter.
  const redacted = await asks("redacted", shop, "100 orders");
  assert.match(redacted.text, /north/u);
  assert.doesNotMatch(redacted.text, /example\.org|\+44/u);
  assert.deepEqual(seen, { offered: ["sql_query"], maxTokens: 1_024 });

  const ran = runs.length;
  const hidden = await asks("hidden, but named", shop, "a refund");
  assert.match(hidden.text, /scope:audience/u);
  assert.equal(runs.length, ran);

  await approval(ada, grace);
  await editPolicy();
  const edited = await asks("policy edited", ada, "100 orders");
  assert.match(edited.text, /closed_for_maintenance/u);
  await revocation(shop);
}

/** A large export waits for a second person, and runs once after that. */
async function approval(ada: Person, grace: Person): Promise<void> {
  const ran = runs.length;
  const conversation = new Conversation(agent, await principalOf(ward, ada));
  const { approval: id } = await conversation.ask("an export");
  assert(id !== undefined);
  await note("parked", ada, "an export", `(waits for approval ${id.slice(0, 6)}…)`, conversation);

  // Nobody says yes to their own call, and going on without a yes does not run it either.
  const own = await ward.enforcer.answerApproval({ id, verdict: "approve", approver: ada });
  assert.equal(own.kind, "deny");
  assert.equal(runs.length, ran);

  const { kind } = await ward.enforcer.answerApproval({ id, verdict: "approve", approver: grace });
  assert.equal(kind, "answered");
  const { text } = await conversation.resume(id);
  assert.match(text, /north/u);
  assert.equal(runs.length, ran + 1);
  await note("approved by grace", ada, "an export", text, conversation);
}

/** Adds a rule to a feature, and waits until it decides. */
async function editPolicy(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error("no reload within 10 s")), 10_000);
  const off = ward.on("reload", () => resolve());
  await appendFile(join(policies, "features", "data_retrieval.rego"), maintenance);
  await promise.finally(() => {
    clearTimeout(timer);
    off();
  });
}

/** Without a key there is no call of a tool, and none of the model. */
async function revocation(shop: Person): Promise<void> {
  const principal = await principalOf(ward, shop);
  const conversation = new Conversation(agent, principal);
  await ward.keys.revoke(principal.key.id, { reason: "the contract ended" });
  const error: unknown = await conversation.ask("100 orders").catch((each: unknown) => each);
  const cause = error instanceof Error ? error.cause : undefined;
  assert(AdapterError.is(cause));
  const codes = cause.denial?.codes ?? [];
  assert.deepEqual(codes, ["key:revoked"]);
  rows.push([
    "key revoked",
    shop.name,
    "100 orders",
    `deny ${codes.join(", ")}`,
    "(nothing: it is not called)",
  ]);
}

async function asks(step: string, person: Person, question: string): Promise<Reply> {
  const conversation = new Conversation(agent, await principalOf(ward, person));
  const reply = await conversation.ask(question);
  await note(step, person, question, reply.text, conversation);
  return reply;
}

async function note(
  step: string,
  { name }: Person,
  question: string,
  read: string,
  conversation: Conversation,
): Promise<void> {
  const text = read.length > 72 ? `${read.slice(0, 72)}…` : read;
  rows.push([step, name, question, await trailOf(state, conversation), text]);
}

async function keyFor(request: IssueRequest): Promise<Person> {
  const issued = await ward.keys.issue(request);
  assert(issued.kind === "issued", JSON.stringify(issued));
  return { name: request.owner, token: issued.token };
}

/** Each call of the story is in the log, before and after, and no value of an argument is. */
async function checkAudit(): Promise<void> {
  const events: string[] = [];
  let text = "";
  for await (const entry of readEntries(join(state, "audit"))) {
    events.push(`${entry.type} ${entry["event"] as string}`);
    text += JSON.stringify(entry);
  }
  const count = (event: string): number => events.filter((each) => each === event).length;
  // To answer a question is a call as well.
  assert.equal(count("outcome tool_run"), runs.length + 1);
  assert(count("decision tool_call") > runs.length);
  assert.doesNotMatch(text, /sward_|select|example\.org/u);
  console.log(
    `\naudit log: ${count("decision tool_list")} lists, ${count("decision model_call")} decisions on the model, ` +
      `${count("decision tool_call")} on tools, ${count("outcome tool_run")} runs`,
  );
}

function printTable(): void {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}
