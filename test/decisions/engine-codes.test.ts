import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AccessRequest } from "@scopeward/core";
import { openScopeward } from "scopeward";
import type { Configuration, Ward } from "scopeward";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

/** One tool per way to fail; every rule here passes `check`. */
const feature = `# METADATA
# title: Failures
package features.failures

# METADATA
# title: Fail
scopes["failures:run"] := {"tools": {
	"plain": {"resource": "none"},
	"conflict": {"resource": "none"},
	"builtin": {"resource": "none"},
	"host_builtin": {"resource": "none"},
	"negated_builtin": {"resource": "none"},
	"malformed": {"resource": "none"},
	"odd_key": {"resource": "none"},
	"two_args": {"resource": "none"},
	"endless": {"resource": "none"},
	"declared": {"resource": {"type": "dataset", "from": "/dataset"}},
}}

deny contains {"code": "low"} if {
	input.action.name == "conflict"
	_level == 1
}

_level := 1 if input.args.a

_level := 2 if input.args.b

deny contains {"code": "starts"} if {
	input.action.name == "builtin"
	startswith(input.args.a, "x")
}

deny contains {"code": "parsed"} if {
	input.action.name == "host_builtin"
	time.parse_rfc3339_ns(input.args.a) > 0
}

deny contains {"code": "parsed"} if {
	input.action.name == "negated_builtin"
	not _is_number
}

_is_number if to_number(input.args.a) > 0

obligations contains {"type": "note", "about": {"deep": {1, 2}}} if input.action.name == "malformed"

obligations contains {"type": "note", "about": {1: "x"}} if input.action.name == "odd_key"

args := {"limit": 1} if input.action.name == "two_args"

deny contains {"code": "many"} if {
	input.action.name == "endless"
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a + b == 0
}
`;

const other = `# METADATA
# title: Other
package features.other

# METADATA
# title: Also
scopes["other:run"] := {"tools": {"two_args": {"resource": "none"}}}

args := {"limit": 2} if input.action.name == "two_args"
`;

const files = {
  "policies/features/failures.rego": feature,
  "policies/features/other.rego": other,
};

function policyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "scopeward-codes-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return join(folder, "policies");
}

const folder = policyFolder();
afterAll(() => rmSync(dirname(folder), { recursive: true, force: true }));

function requestOf(tool: string, args: Record<string, unknown> = {}): AccessRequest {
  return {
    phase: "call",
    subject: { type: "user", id: "ada" },
    key: { id: "000000000001", audience: "internal", scopes: ["failures:run"] },
    action: { type: "tool", name: tool },
    args: args as NonNullable<AccessRequest["args"]>,
    context: { time: "2026-01-31T12:00:00Z" },
  };
}

function codesOf(ward: Ward, request: unknown): readonly string[] {
  const { effect, reasons } = ward.decide(request as AccessRequest);
  return effect === "deny" ? reasons.map(({ code }) => code) : [effect];
}

async function opened(configuration: Configuration): Promise<Ward> {
  const ward = await openScopeward({ policies: folder, ...configuration });
  onTestFinished(async () => await ward.close());
  return ward;
}

describe("a failing evaluation is a deny with its code", () => {
  let ward: Ward;
  beforeAll(async () => {
    ward = await openScopeward({ policies: folder });
  });
  afterAll(async () => await ward.close());

  test.for([
    ["a call that nothing denies", "plain", {}, "allow"],
    ["two values for one rule", "conflict", { a: true, b: true }, "engine:evaluation_failed"],
    ["a native builtin that fails", "builtin", { a: 7 }, "engine:builtin_failed"],
    ["a host builtin that fails", "host_builtin", { a: "soon" }, "engine:builtin_failed"],
    ["a failing builtin behind a negation", "negated_builtin", { a: "x" }, "engine:builtin_failed"],
    ["a set deep inside an obligation", "malformed", {}, "engine:output_malformed"],
    ["a key that is no text", "odd_key", {}, "engine:output_malformed"],
    ["two features that rewrite one argument", "two_args", {}, "engine:args_conflict"],
    ["a declared resource that is missing", "declared", {}, "engine:resource_underived"],
  ] as const)("%s", ([, tool, args, code]) => {
    expect(codesOf(ward, requestOf(tool, args))).toEqual([code]);
    expect(codesOf(ward, requestOf("plain"))).toEqual(["allow"]);
  });

  test("what is no AccessRequest is invalid, and what is too large is said to be so", () => {
    expect(codesOf(ward, { ...requestOf("plain"), phase: "never" })).toEqual([
      "engine:input_invalid",
    ]);
    expect(codesOf(ward, requestOf("plain", { text: "x".repeat(2 ** 20) }))).toEqual([
      "engine:input_too_large",
    ]);
  });

  test("many failures in a row leave the next good decision unharmed", { timeout: 120_000 }, () => {
    for (let turn = 0; turn < 10_000; turn++) {
      expect(codesOf(ward, requestOf("conflict", { a: true, b: true }))).toEqual([
        "engine:evaluation_failed",
      ]);
      expect(codesOf(ward, requestOf("builtin", { a: turn }))).toEqual(["engine:builtin_failed"]);
    }
    expect(codesOf(ward, requestOf("plain"))).toEqual(["allow"]);
  });
});

test("limits of the configuration hold", async () => {
  const ward = await opened({ limits: { inputBytes: 500, inputDepth: 4 } });
  expect(codesOf(ward, requestOf("plain"))).toEqual(["allow"]);
  expect(codesOf(ward, requestOf("plain", { text: "x".repeat(500) }))).toEqual([
    "engine:input_too_large",
  ]);
  expect(codesOf(ward, requestOf("plain", { a: { b: { c: { d: 1 } } } }))).toEqual([
    "engine:input_too_large",
  ]);
});

test("a policy that runs away in isolation times out, and the next decision is served", async () => {
  const ward = await opened({ isolation: "worker", limits: { timeoutMs: 300 } });
  expect(codesOf(ward, requestOf("plain"))).toEqual(["allow"]);
  expect(codesOf(ward, requestOf("endless"))).toEqual(["engine:timeout"]);
  expect(codesOf(ward, requestOf("plain"))).toEqual(["allow"]);
});

test("a ward that is closed has no bundle", async () => {
  const ward = await opened({});
  await ward.close();
  expect(codesOf(ward, requestOf("plain"))).toEqual(["engine:no_bundle"]);
});
