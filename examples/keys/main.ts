// Keys from their first day to their last: one for each person, used, rotated and revoked. Every claim
// that is printed is checked; the process ends with 1 when one does not hold.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openScopeward } from "scopeward";
import type { Call, Decision, IssueRequest, Secret } from "scopeward";

/** Somebody with a key of their own, a call that it opens and one that it does not. */
interface Person {
  readonly request: IssueRequest;
  readonly allowed: Call;
  readonly denied: Call;
  /** Why the second is denied. */
  readonly code: string;
}

const people: readonly Person[] = [
  {
    request: {
      owner: "user:ada",
      audience: "internal",
      scopes: ["data-retrieval:read"],
      constraints: { dataset: ["sales"] },
    },
    allowed: sqlQuery("sales"),
    denied: sqlQuery("payroll"),
    code: "key:constraint",
  },
  {
    request: { owner: "user:carol", audience: "internal", scopes: ["internal-chatbot"] },
    allowed: chat("atlas-large-2026-02-01"),
    denied: { action: { type: "tool", name: "write_file" }, args: {} },
    code: "scope:missing",
  },
  {
    request: { owner: "service:web-shop", audience: "external", scopes: ["public-llm-api"] },
    allowed: chat("atlas-mini-2026-01-15"),
    denied: chat("atlas-large-2026-02-01"),
    code: "scope:audience",
  },
];

// Apart from each other, as they should be: who can read the state cannot use a key from it.
const folder = await mkdtemp(join(tmpdir(), "scopeward-keys-"));
const ward = await openScopeward({
  policies: fileURLToPath(new URL("../../policies", import.meta.url)),
  state: join(folder, "state"),
  keys: { pepperFile: join(folder, "secrets", "pepper.json") },
});
try {
  console.log("A key for each person:");
  const tokens: Secret[] = [];
  for (const person of people) tokens.push(await issueAndUse(person));
  const [token] = tokens;
  assert(token !== undefined);
  await rotateAndRevoke(token);
} finally {
  await ward.close();
  await rm(folder, { recursive: true, force: true });
}

/** Issues a key and decides both calls with it. */
async function issueAndUse({ request, allowed, denied, code }: Person): Promise<Secret> {
  const issued = await ward.keys.issue(request);
  assert(issued.kind === "issued", JSON.stringify(issued));
  const { id, expiresAt = "never" } = issued.key;
  console.log(`\n${request.owner}: key ${id}, ${request.scopes?.join(", ")}, expires ${expiresAt}`);
  // Only the token travels. It shows itself to nobody who does not ask for it.
  assert.equal(String(issued.token), "[redacted]");
  await decide(issued.token, allowed, "allow");
  assert.deepEqual(await decide(issued.token, denied, "deny"), [code]);
  return issued.token;
}

/** Replaces the secret of a key without an outage, then ends the key. */
async function rotateAndRevoke(old: Secret): Promise<void> {
  const { id } = await principalOf(old);
  const rotated = await ward.keys.rotate(id, { overlap: "1h" });
  assert(rotated.kind === "rotated", JSON.stringify(rotated));
  console.log(`\nKey ${id} is rotated. Until ${rotated.retiring.endsAt} both secrets open it:`);
  for (const token of [old, rotated.token]) {
    assert.equal((await principalOf(token)).id, id);
    console.log(`  the ${token === old ? "old" : "new"} one: verified`);
  }

  const revoked = await ward.keys.revoke(id, { reason: "the laptop was lost" });
  assert(revoked.kind === "ended", JSON.stringify(revoked));
  console.log(`\nKey ${id} is revoked, everywhere by ${revoked.effectiveBy}:`);
  for (const token of [old, rotated.token]) {
    const verification = await ward.keys.verify(token);
    assert.equal(verification.outcome, "rejected");
    assert.equal(verification.code, "key:revoked");
    console.log(`  the ${token === old ? "old" : "new"} one: ${verification.code}`);
  }
}

/** Verifies the token, decides the call and says what came of it. */
async function decide(
  token: Secret,
  call: Call,
  expected: Decision["effect"],
): Promise<readonly string[]> {
  const verification = await ward.keys.verify(token);
  assert(verification.outcome === "verified");
  const decision = await ward.decideFor(verification.principal, call);
  const codes = decision.reasons.map(({ code }) => code);
  const name =
    call.resource === undefined ? call.action.name : `${call.action.name} ${call.resource.id}`;
  console.log(`  ${name.padEnd(26)} ${decision.effect} ${codes.join(", ")}`.trimEnd());
  assert.equal(decision.effect, expected);
  return codes;
}

async function principalOf(token: Secret): Promise<{ readonly id: string }> {
  const verification = await ward.keys.verify(token);
  assert(verification.outcome === "verified");
  return verification.principal.key;
}

function sqlQuery(dataset: string): Call {
  return {
    action: { type: "tool", name: "sql_query" },
    resource: { type: "dataset", id: dataset },
    args: { dataset, query: "select 1", limit: 100 },
  };
}

function chat(model: string): Call {
  return {
    action: { type: "model", name: "chat" },
    resource: { type: "model", id: model },
    args: { max_tokens: 800 },
  };
}
