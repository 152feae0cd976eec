import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openScopeward } from "../../../src/open-scopeward.ts";
import type { ShadowReport } from "../../../src/cli/shadow-report.ts";
import { jsonOf, scopeward } from "../../command-line.ts";
import type { Run } from "../../command-line.ts";
import { temporaryFolder, writeFiles } from "../../temporary-folder.ts";

const orders = `# METADATA
# title: Orders
package features.orders

# METADATA
# title: Work on orders
scopes["orders:use"] := {"tools": {"refund_order": {"resource": "none"}}, "models": ["atlas"]}

deny contains {"code": "too_much"} if input.args.amount > 1000

deny contains {"code": "too_long"} if input.args.max_tokens > 100

require_approval contains {"code": "refund_asks"} if input.args.amount > 10

require_approval contains {"code": "friday"} if input.args.day == "friday"
`;

const until = "2099-01-01T00:00:00.000Z";
let cwd = "";
let keyIds: readonly string[] = [];

// A ward with the feature in shadow, and calls of two people.
beforeAll(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), "scopeward-shadow-")));
  await writeFiles(cwd, { "policies/features/orders.rego": orders });
  await writeFile(join(cwd, "scopeward.config.json"), JSON.stringify({ state: "kept" }));
  const ward = await openScopeward({
    policies: join(cwd, "policies"),
    state: join(cwd, "kept"),
    keys: { pepperFile: join(cwd, "secrets", "pepper.json") },
    shadow: { orders: { until } },
  });
  const holder = async (owner: string): Promise<{ token: object; id: string }> => {
    const issued = await ward.keys.issue({ owner, audience: "internal", scopes: ["orders:use"] });
    if (issued.kind !== "issued") throw new Error(issued.kind);
    return { token: issued.token, id: issued.key.id };
  };
  const [ada, bob] = [await holder("user:ada"), await holder("user:bob")];
  keyIds = [ada.id, bob.id].toSorted();
  const refund = async ({ token }: { token: object }, args: object): Promise<void> => {
    const ran = await ward.enforcer.run(
      { token, args },
      { name: "refund_order", execute: () => 1 },
    );
    if (ran.kind !== "done") throw new Error(`a call in shadow is ${ran.kind}`);
  };
  await refund(ada, { amount: 5 });
  await refund(ada, { amount: 5_000 });
  await refund(bob, { amount: 5_000 });
  await refund(ada, { amount: 50, day: "friday" });
  const model = { token: ada.token, model: "atlas", args: { max_tokens: 1_000 } };
  await ward.enforcer.authorizeModel(model);
  await ward.close();
});

afterAll(async () => await rm(cwd, { recursive: true, force: true }));

async function shadow(...args: readonly string[]): Promise<Run> {
  return await scopeward(["shadow", ...args], { cwd });
}

test("a program reads which calls would have been denied or asked, and which features are in shadow", async () => {
  const run = await shadow("--json");
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
  const { features, findings } = jsonOf(run) as ShadowReport;
  expect(features).toEqual([
    {
      feature: "orders",
      firstStartedAt: expect.any(String),
      lastStartedAt: features[0]?.firstStartedAt,
      until,
    },
  ]);
  const [ids, ada] = [keyIds, ["user:ada"]];
  expect(findings).toEqual(
    [
      { name: "refund_order", effect: "deny", code: "too_much", calls: 2, keys: ids },
      { type: "model", name: "atlas", effect: "deny", code: "too_long", subjects: ada },
      { name: "refund_order", effect: "require_approval", code: "friday", subjects: ada },
      { name: "refund_order", effect: "require_approval", code: "refund_asks", subjects: ada },
    ].map((row) =>
      expect.objectContaining({ type: "tool", calls: 1, subjects: [...ada, "user:bob"], ...row }),
    ),
  );
  for (const { firstAt, lastAt } of findings) {
    expect(Date.parse(lastAt)).toBeGreaterThanOrEqual(Date.parse(firstAt));
  }
});

test("people get a table of each", async () => {
  const { code, stdout } = await shadow();
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^feature +in shadow since +until\norders +\S+Z +2099-\S+ \(in \d+ d\)\n\n/u,
  );
  expect(stdout).toMatch(/^refund_order +denied +too_much +2 +\S+, \S+ +user:ada, user:bob +2/mu);
  expect(stdout).toMatch(/^refund_order +asked +refund_asks +1 /mu);
  expect(stdout).toMatch(/^atlas +denied +too_long +1 /mu);
});

test("calls before --since are left out, and nothing left says so", async () => {
  const late = await shadow("--since", "2098-01-01T00:00:00Z", "--json");
  expect(late.code).toBe(0);
  expect((jsonOf(late) as ShadowReport).findings).toEqual([]);
  expect((jsonOf(late) as ShadowReport).features).toHaveLength(1);
  expect(late.stderr).toContain("nothing would have been denied or asked");
  const early = await shadow("--since", "2026-01-01T00:00:00Z", "--json");
  expect((jsonOf(early) as ShadowReport).findings).toHaveLength(4);
  expect((await shadow("--since", "yesterday")).code).toBe(3);
});

test("where no feature was in shadow the report is empty and says so", async () => {
  const run = await shadow("--state", "elsewhere", "--json");
  expect(run.code).toBe(0);
  expect(jsonOf(run)).toEqual({ features: [], findings: [] });
  expect(run.stderr).toContain("--state");
});

test("a log that cannot be read is a fault: exit 1 with the reason, no data", async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "audit", "entries.jsonl"), { recursive: true });
  const { code, stdout, stderr } = await shadow("--state", folder);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("error");
});
