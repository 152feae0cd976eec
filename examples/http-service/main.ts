// One service on four web frameworks, asked with keys that are good, rotated, foreign, missing and doubled.
// Every line that is printed is checked on each of them; the process ends with 1 when a claim does not hold.
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { approvalHeader, secretEndsHeader } from "@scopeward/adapters/http";
import { openScopeward } from "scopeward";
import type { IssueRequest, Issued, Secret } from "scopeward";
import { openService } from "./service.ts";
import type { ServiceKind } from "./service.ts";

const sales = { dataset: "sales", query: "select *" };

const folder = await mkdtemp(join(tmpdir(), "scopeward-http-"));
const policies = join(folder, "policies");
await cp(fileURLToPath(new URL("../../policies", import.meta.url)), policies, { recursive: true });
const ward = await openScopeward({
  policies,
  state: join(folder, "state"),
  keys: { pepperFile: join(folder, "secrets", "pepper.json") },
});
try {
  const lines = new Set<string>();
  for (const kind of ["fetch", "express", "fastify", "hono"] as const) {
    const told = await story(kind);
    lines.add(told.join("\n"));
    console.log(`${kind}: ${String(told.length)} claims hold`);
  }
  assert.equal(lines.size, 1, "the frameworks answer alike");
  console.log(`\n${[...lines].join("")}`);
} finally {
  await ward.close();
  await rm(folder, { recursive: true, force: true });
}

/** What clients ask of the service on one framework, and are answered. */
async function story(kind: ServiceKind): Promise<readonly string[]> {
  const service = await openService(kind, ward);
  const told: string[] = [];
  const ask = async (claim: string, path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(`${service.url}${path}`, init);
    told.push(`${claim.padEnd(44)} ${String(response.status)}`);
    return response;
  };
  try {
    await tellOfKeys(ask);
    await tellOfPartners(ask);
    await tellOfApproval(ask);
    return told;
  } finally {
    await service.close();
  }
}

type Ask = (claim: string, path: string, init: RequestInit) => Promise<Response>;

async function tellOfKeys(ask: Ask): Promise<void> {
  const { key, token } = await issue({
    owner: "user:ada",
    audience: "internal",
    scopes: ["data-retrieval:read"],
    constraints: { dataset: ["sales"] },
  });
  const good = await ask("a key", "/query", post(sales, token));
  assert.deepEqual(await good.json(), {
    limit: 1_000,
    rows: [{ order: "A-1", email: "ada@example.org" }],
  });
  assert.equal(good.headers.get(secretEndsHeader), null);

  const none = await ask("no key", "/query", post(sales));
  assert.equal(none.headers.get("www-authenticate"), 'Bearer realm="scopeward"');

  const junk = await ask("a key that nobody issued", "/query", post(sales, "junk"));
  assert.match(junk.headers.get("www-authenticate") ?? "", /error="invalid_token"/u);

  const malformed = await ask("arguments that do not fit", "/query", post({ dataset: 1 }, token));
  assert.equal(malformed.status, 400);

  const payroll = { ...sales, dataset: "payroll" };
  const foreign = await ask("a dataset that the key is not for", "/query", post(payroll, token));
  assert.match(await foreign.text(), /key:constraint/u);

  const models = await ask("a feature that the key has no scope of", "/models", get(token));
  assert.match(models.headers.get("www-authenticate") ?? "", /scope="internal-chatbot"/u);

  const rotated = await ward.keys.rotate(key.id, { overlap: "1h" });
  assert(rotated.kind === "rotated");
  const old = await ask("the old secret of a rotated key", "/query", post(sales, token));
  assert.equal(old.headers.get(secretEndsHeader), rotated.retiring.endsAt);
  const fresh = await ask("the new one", "/query", post(sales, rotated.token));
  assert.equal(fresh.headers.get(secretEndsHeader), null);

  await ward.keys.revoke(key.id, { reason: "the laptop was lost" });
  const revoked = await ask("a key that was revoked", "/query", post(sales, rotated.token));
  assert.match(await revoked.text(), /key:revoked/u);
}

async function tellOfPartners(ask: Ask): Promise<void> {
  const { token } = await issue({
    owner: "service:partner",
    audience: "external",
    scopes: ["data-retrieval:read", "public-llm-api"],
    constraints: { dataset: ["sales"] },
  });
  const redacted = await ask("a partner, without the field `email`", "/query", post(sales, token));
  assert.deepEqual(await redacted.json(), { limit: 1_000, rows: [{ order: "A-1" }] });
  const models = await ask("a feature that the partner has", "/models", get(token));
  assert.deepEqual(await models.json(), ["atlas-mini"]);
}

async function tellOfApproval(ask: Ask): Promise<void> {
  const { token } = await issue({
    owner: "user:bob",
    audience: "internal",
    scopes: ["data-retrieval:read"],
    constraints: { dataset: ["sales"] },
  });
  const large = { ...sales, limit: 50_000 };
  const parked = await ask("50,000 rows", "/query", post(large, token));
  const { approval } = (await parked.json()) as { readonly approval: string };
  const early = post(large, token, { [approvalHeader]: approval });
  const unanswered = await ask("... before anybody has approved", "/query", early);
  assert.match(await unanswered.text(), /engine:approval_invalid/u);

  const grace = await issue({
    owner: "user:grace",
    audience: "internal",
    scopes: ["approvals:answer"],
  });
  const { kind } = await ward.enforcer.answerApproval({
    id: approval,
    verdict: "approve",
    approver: { token: grace.token },
  });
  assert.equal(kind, "answered");
  const approved = await ask("... once somebody has", "/query", early);
  assert.equal(approved.status, 200);
  const again = await ask("... the same approval once more", "/query", early);
  assert.equal(again.status, 403);
}

function post(
  body: object,
  token?: Secret | string,
  headers: Readonly<Record<string, string>> = {},
): RequestInit {
  return {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...authorization(token), ...headers },
  };
}

function get(token: Secret): RequestInit {
  return { headers: authorization(token) };
}

function authorization(token: Secret | string | undefined): Readonly<Record<string, string>> {
  if (token === undefined) return {};
  return { authorization: `Bearer ${typeof token === "string" ? token : token.reveal()}` };
}

async function issue(request: IssueRequest): Promise<Issued> {
  const issued = await ward.keys.issue(request);
  assert(issued.kind === "issued", JSON.stringify(issued));
  return issued;
}
