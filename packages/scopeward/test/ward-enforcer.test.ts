import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryApprovals } from "@scopeward/approvals";
import { readEntries } from "@scopeward/audit";
import type { AuditEntry } from "@scopeward/sdk";
import { defineObligation, definePlugin } from "@scopeward/sdk";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Configuration } from "../src/configuration.ts";
import { openScopeward } from "../src/open-scopeward.ts";
import { ScopewardError } from "../src/scopeward-error.ts";
import type { Ward } from "../src/ward.ts";
import { scopeward } from "./command-line.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const feature = `# METADATA
# title: Shop
package features.shop

# METADATA
# title: Work
scopes["shop:work"] := {"tools": {
	"query": {"resource": {"type": "dataset", "from": "sql"}},
	"sell": {"resource": "none"},
	"refund": {"resource": "none"},
	"close": {"resource": "none"},
	"stamp": {"resource": "none"},
}}

# METADATA
# title: Answer
scopes["shop:answer"] := {"tools": {"answer_approval": {"resource": "none"}}}

obligations contains {"type": "notify", "channel": "till"} if input.action.name == "sell"

obligations contains {"type": "stamp"} if input.action.name == "stamp"

require_approval contains {"code": "refund"} if input.action.name == "refund"

deny contains {"code": "never"} if {
	input.phase == "call"
	input.action.name == "close"
}
`;

let bundle: Promise<Buffer> | undefined;

// Most of what a test takes would be the compiler.
async function built(): Promise<Buffer> {
  const cwd = await temporaryFolder({ "policies/features/shop.rego": feature });
  const { code, stderr } = await scopeward(["build", "-o", "policies.tar.gz"], { cwd });
  if (code !== 0) throw new Error(stderr);
  return await readFile(join(cwd, "policies.tar.gz"));
}

interface Opened {
  readonly ward: Ward;
  /** What the process would have warned of. */
  readonly warnings: readonly unknown[];
  /** A key's token for each owner and scope. */
  readonly tokenOf: (owner: string, scope: string) => Promise<object>;
  readonly entries: () => Promise<readonly AuditEntry[]>;
}

async function opened(more: Partial<Configuration> = {}): Promise<Opened> {
  const folder = await temporaryFolder();
  const policies = join(folder, "policies.tar.gz");
  await writeFile(policies, await (bundle ??= built()));
  const state = join(folder, "state");
  const pepperFile = join(folder, "secrets", "pepper.json");
  // The first key of each ward makes a pepper, and says so.
  const warnings: unknown[] = [];
  const spy = vi.spyOn(process, "emitWarning");
  spy.mockImplementation((...args: unknown[]) => void warnings.push(args));
  onTestFinished(() => spy.mockRestore());
  const ward = await openScopeward({ policies, state, keys: { pepperFile }, ...more });
  onTestFinished(async () => await ward.close());
  return {
    ward,
    warnings,
    tokenOf: async (owner, scope) => {
      const issued = await ward.keys.issue({ owner, scopes: [scope], expires: "1d" });
      if (issued.kind !== "issued") throw new Error(JSON.stringify(issued));
      return issued.token;
    },
    entries: async () => {
      const found: AuditEntry[] = [];
      for await (const entry of readEntries(join(state, "audit"))) found.push(entry);
      return found;
    },
  };
}

function tool(name: string): { readonly name: string; readonly execute: () => string } {
  return { name, execute: () => "done" };
}

describe("the Enforcer of a ward", () => {
  test("stands on its keys, policies and audit log, and knows SQL", async () => {
    const { ward, tokenOf, entries } = await opened();
    const token = await tokenOf("user:ada", "shop:work");
    const args = { dataset: "sales", query: "select * from sales.orders" };
    expect(await ward.enforcer.run({ token, args }, tool("query"))).toMatchObject({ kind: "done" });
    const elsewhere = { ...args, query: "select * from payroll.salaries" };
    expect(await ward.enforcer.run({ token, args: elsewhere }, tool("query"))).toMatchObject({
      kind: "deny",
      decision: { reasons: [{ code: "engine:resource_underived" }] },
    });
    expect((await entries()).map(({ type }) => type)).toEqual([
      "lifecycle",
      "key",
      "decision",
      "outcome",
      "decision",
    ]);
  });

  test("tells whoever listens, and denies while nobody does", async () => {
    const { ward, tokenOf } = await opened();
    const token = await tokenOf("user:ada", "shop:work");
    expect(await ward.enforcer.run({ token }, tool("sell"))).toMatchObject({
      kind: "deny",
      decision: { reasons: [{ code: "engine:obligation_failed" }] },
    });
    const told: unknown[] = [];
    ward.on("notify", (notice) => void told.push(notice));
    expect(await ward.enforcer.run({ token }, tool("sell"))).toMatchObject({ kind: "done" });
    await new Promise(setImmediate);
    expect(told).toMatchObject([{ channel: "till", subject: { id: "ada" } }]);
  });

  test.for(["its own queue", "a queue of the configuration"] as const)(
    "keeps questions in %s",
    async (place) => {
      const { ward, tokenOf } = await opened(
        place === "its own queue" ? {} : { approvals: memoryApprovals() },
      );
      const token = await tokenOf("user:ada", "shop:work");
      const parked = await ward.enforcer.run({ token }, tool("refund"));
      if (parked.kind !== "approval") throw new Error(parked.kind);
      const approver = { token: await tokenOf("user:grace", "shop:answer") };
      const { id } = parked.approval;
      const answered = await ward.enforcer.answerApproval({ id, verdict: "approve", approver });
      expect(answered.kind).toBe("answered");
      const resumed = await ward.enforcer.run({ token, approval: id }, tool("refund"));
      expect(resumed.kind).toBe("done");
    },
  );

  test("carries out the obligations of plugins", async () => {
    const stamp = defineObligation({
      type: "stamp",
      phase: "after",
      parameters: { type: "object", properties: {}, additionalProperties: false },
      transform: (value) => ({ value: `${String(value)}, stamped` }),
    });
    const plugins = [definePlugin({ name: "office", obligations: [stamp] })];
    const { ward, tokenOf } = await opened({ plugins, expects: ["stamp"] });
    const token = await tokenOf("user:ada", "shop:work");
    const ran = await ward.enforcer.run({ token }, tool("stamp"));
    expect(ran).toMatchObject({ kind: "done", result: "done, stamped" });
  });

  test("tries a feature before it is enforced", async () => {
    const { ward, tokenOf, entries } = await opened({
      shadow: { shop: { until: "2200-01-01T00:00:00Z" } },
    });
    const token = await tokenOf("user:ada", "shop:work");
    expect(await ward.enforcer.run({ token }, tool("close"))).toMatchObject({ kind: "done" });
    expect(await entries()).toContainEqual(
      expect.objectContaining({ shadow: { effect: "deny", codes: ["never"] } }),
    );
  });

  test("warns once, at its start, of each feature in shadow that shadows nothing", async () => {
    const { warnings } = await opened({
      shadow: { shop: { until: "2020-01-01T00:00:00Z" }, shops: { until: "2200-01-01T00:00:00Z" } },
    });
    expect(warnings).toEqual([
      [expect.stringContaining("`shadow.shop`"), { code: "SCOPEWARD_SHADOW_IDLE" }],
      [expect.stringContaining("`shadow.shops`"), { code: "SCOPEWARD_SHADOW_IDLE" }],
    ]);
  });

  test("warns of no feature that is in shadow", async () => {
    const { warnings } = await opened({ shadow: { shop: { until: "2200-01-01T00:00:00Z" } } });
    expect(warnings).toEqual([]);
  });

  test("has a principal at hand inside of withPrincipal", async () => {
    const { ward, tokenOf } = await opened();
    const verification = await ward.keys.verify(await tokenOf("user:ada", "shop:work"));
    if (verification.outcome !== "verified") throw new Error(verification.code);
    const { principal } = verification;
    const seen = ward.withPrincipal(principal, () => ward.enforcer.currentPrincipal());
    expect(seen).toBe(principal);
    expect(ward.enforcer.currentPrincipal()).toBeUndefined();
  });

  test("tells lint which scopes a key was used for", async () => {
    const { ward, tokenOf } = await opened();
    const both = await ward.keys.issue({
      owner: "user:ada",
      scopes: ["shop:work", "shop:answer"],
      expires: "1d",
    });
    if (both.kind !== "issued") throw new Error(both.kind);
    await tokenOf("user:grace", "shop:work");
    await ward.enforcer.run({ token: both.token, args: {} }, tool("close"));
    ward.on("notify", () => undefined);
    await ward.enforcer.run({ token: both.token, args: {} }, tool("sell"));
    const findings = await ward.keys.lint();
    const unused = findings.filter(({ rule }) => rule === "grant_unused");
    expect(unused.map(({ keyId }) => keyId)).toEqual([both.key.id]);
    expect(JSON.stringify(unused)).toContain("shop:answer");
    expect(JSON.stringify(unused)).not.toContain("shop:work");
  });

  test("denies everything once the ward is closed", async () => {
    const { ward, tokenOf } = await opened();
    const token = await tokenOf("user:ada", "shop:work");
    await ward.close();
    expect((await ward.enforcer.run({ token }, tool("sell"))).kind).toBe("deny");
  });
});

describe("a configuration that cannot be enforced is refused at the start", () => {
  const stamp = defineObligation({
    type: "redact_result",
    phase: "before",
    parameters: { type: "object" },
    fulfil: () => undefined,
  });
  test.for<readonly [string, object]>([
    ["an obligation that nobody carries out", { expects: ["watermark"] }],
    [
      "a handler for what is built in",
      { plugins: [definePlugin({ name: "x", obligations: [stamp] })] },
    ],
    ["an end of shadow mode that is none", { shadow: { shop: { until: "soon" } } }],
    ["a feature in shadow without an end", { shadow: { shop: {} } }],
    ["approvals that are no channel", { approvals: {} }],
    ["a bound that is none", { enforcer: { portMs: 0 } }],
    ["a bound that is not known", { enforcer: { deadline: 5 } }],
  ])("%s", async ([, more]) => {
    const refused = await opened(more).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(ScopewardError.is(refused) ? refused.code : refused).toBe("configuration_invalid");
  });
});
