import { describe, expect, test } from "vitest";
import { attackedWard } from "./attacked-ward.ts";

// The holder of a narrow key who wants more. Who: a customer or colleague with a real key. What: another
// scope, dataset, kind of key or tenant than the key's. What holds: the token's kind and id are part of
// what is hashed, names are exact, constraints are lists of exact ids, and what a call touches is derived.

describe("a token that is changed", () => {
  test.for<readonly [string, (token: string) => string]>([
    ["in its kind", (token) => token.replace("_int_", "_mgt_")],
    ["in its id", (token) => token.replace(/_int_\w{12}/u, "_int_000000000001")],
    [
      "in its secret",
      (token) => token.replace(/.{20}$/u, (end) => end.split("").toReversed().join("")),
    ],
    ["by a blank", (token) => `${token} `],
    ["by the case of its prefix", (token) => token.replace("sward", "SWARD")],
    ["by a scheme", (token) => `Bearer ${token}`],
    ["by another token behind it", (token) => `${token},${token}`],
    ["to a letter that looks alike", (token) => token.replace("s", "\u0455")],
  ])("%s is nobody's", async ([, change]) => {
    const ward = await attackedWard();
    const token = await ward.token(["warehouse:read"], { constraints: { dataset: ["sales"] } });
    const { ran, codes } = await ward.attempt({ token: change(token) }, { tool: "list_datasets" });
    expect(ran).toEqual([]);
    expect(codes[0]).toMatch(/^key:/u);
    expect((await ward.attempt({ token }, { tool: "list_datasets" })).kind).toBe("done");
  });
});

describe("a key for one dataset", () => {
  test.for<readonly [string, unknown]>([
    ["another", "payroll"],
    ["a list with its own", ["sales", "payroll"]],
    ["a list of its own", ["sales"]],
    ["an object", { id: "sales" }],
    ["its own with a blank", "sales "],
    ["its own in capitals", "SALES"],
    ["its own with a NUL", "sales\0payroll"],
    ["its own with a path", "sales/../payroll"],
    ["its own in other letters", "\u0455ales"],
    ["a pattern", "*"],
    ["nothing", ""],
    ["null", null],
    ["a name of every object", "constructor"],
  ])("does not export %s", async ([, dataset]) => {
    const ward = await attackedWard();
    const token = await ward.token(["warehouse:export"], { constraints: { dataset: ["sales"] } });
    const args = { dataset, limit: 1 };
    expect((await ward.attempt({ token }, { tool: "export_rows", args })).ran).toEqual([]);
    const own = { dataset: "sales", limit: 1 };
    expect((await ward.attempt({ token }, { tool: "export_rows", args: own })).ran).toEqual([own]);
  });

  test("is offered nothing of other scopes", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:read"]);
    const { enforcer } = ward.ward;
    const listing = await enforcer.list({ token, tools: ["run_code", "refund", "no_such_tool"] });
    expect(listing).toMatchObject({ kind: "listed", tools: [] });
  });

  test("cannot be issued a wider child", async () => {
    const ward = await attackedWard();
    const { key } = await ward.issue(["warehouse:read"], { constraints: { dataset: ["sales"] } });
    for (const wish of [
      { scopes: ["warehouse:*"] },
      { scopes: ["warehouse:read"], constraints: { dataset: ["sales", "payroll"] } },
    ]) {
      expect((await ward.ward.keys.delegate(key.id, wish)).kind).toBe("refused");
    }
  });

  test("changes no key, its own neither", async () => {
    const ward = await attackedWard();
    const principal = await ward.principal(["warehouse:read"], {
      constraints: { dataset: ["sales"] },
    });
    const keys = ward.ward.keys.as(principal);
    const wider = { constraints: { dataset: ["sales", "payroll"] } };
    expect((await keys.update(principal.key.id, wider)).kind).toBe("refused");
    expect((await keys.issue({ owner: "user:ada", scopes: ["**"] })).kind).toBe("refused");
  });
});

test("a key is of one tenant: another ward on the same state does not know it", async () => {
  const ward = await attackedWard();
  const token = await ward.token(["mail:read"]);
  const pepperFile = `${ward.folder}/secrets/pepper.json`;
  const other = await attackedWard({ state: ward.state, keys: { pepperFile, tenant: "other" } });
  expect((await other.attempt({ token }, { tool: "read_mail" })).codes).toEqual(["key:unknown"]);
});

test("an approval asked for under one tenant is none under another", async () => {
  const ward = await attackedWard();
  const pepperFile = `${ward.folder}/secrets/pepper.json`;
  const other = await attackedWard({ state: ward.state, keys: { pepperFile, tenant: "other" } });
  const token = await ward.token(["payments:refund"]);
  const args = { order: "7", amount: 5_000 };
  const { approval } = await ward.attempt({ token }, { tool: "refund", args });
  const approver = { token: await other.token(["approvals:answer"], { owner: "user:mallory" }) };
  const answer = { id: approval!, verdict: "approve", approver } as const;
  expect((await other.ward.enforcer.answerApproval(answer)).kind).toBe("deny");
});
