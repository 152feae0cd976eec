import type { Principal } from "scopeward";
import { describe, expect, test } from "vitest";
import { attackedWard } from "./attacked-ward.ts";

// ASI03, identity and privilege abuse. Who: a sub-agent, and code that runs in its place. What: to use
// the rights of whoever delegated to it (a confused deputy), or of somebody else. What holds: a
// principal is made by `verify` alone, narrowing is by intersection, and the narrowed one is at hand in
// everything that a tool starts.

const orchestrator = ["warehouse:read", "warehouse:export", "mail:read", "mail:send"];
const constraints = { dataset: ["sales", "hr"] };

describe("a sub-agent with a narrowed principal", () => {
  test("may not have the orchestrator's other tools, whatever it is talked into", async () => {
    const ward = await attackedWard();
    const principal = await ward.principal(orchestrator, { constraints });
    const actor = { type: "agent", id: "summariser" };
    const narrowed = principal.attenuate({ scopes: ["mail:read"], actor });
    const call = { tool: "send_mail", args: { to: "eve@attacker.example" } };
    expect(await ward.attempt({ principal: narrowed }, call)).toMatchObject({
      ran: [],
      codes: ["scope:missing"],
    });
    expect((await ward.attempt({ principal }, call)).kind).toBe("done");
    const entries = await ward.entries();
    const denied = entries.find(({ effect }) => effect === "deny");
    expect(denied?.["actors"]).toEqual([actor]);
  });

  test("gives what it starts no more than it has itself", async () => {
    const ward = await attackedWard();
    const { enforcer } = ward.ward;
    const principal = await ward.principal(orchestrator, { constraints });
    const narrowed = principal.attenuate({ scopes: ["mail:read"] });
    const atHand: (Principal | undefined)[] = [];
    await ward.ward.withPrincipal(principal, async () => {
      await enforcer.run(
        { principal: narrowed },
        {
          name: "read_mail",
          execute: async () => {
            await new Promise((resolve) => setImmediate(resolve));
            atHand.push(enforcer.currentPrincipal());
            return "";
          },
        },
      );
    });
    expect(atHand[0]?.key.scopes).toEqual(["mail:read"]);
  });

  test.for<readonly [string, Parameters<Principal["attenuate"]>[0]]>([
    ["all scopes", { scopes: ["**"] }],
    ["the scope itself", { scopes: ["mail:send", "mail:read"] }],
    ["every dataset", { constraints: {} }],
    ["another dataset", { constraints: { dataset: ["hr"] } }],
    ["a later end", { expiresAt: "2199-01-01T00:00:00Z" }],
  ])("does not widen itself to %s", async ([, narrowing]) => {
    const ward = await attackedWard();
    const principal = await ward.principal(orchestrator, { constraints, expires: "1h" });
    const narrowed = principal.attenuate({
      scopes: ["mail:read", "warehouse:export"],
      constraints: { dataset: ["sales"] },
    });
    const wider = narrowed.attenuate(narrowing);
    const mail = { tool: "send_mail", args: { to: "eve@attacker.example" } };
    const payroll = { tool: "export_rows", args: { dataset: "hr", limit: 1 } };
    expect((await ward.attempt({ principal: wider }, mail)).ran).toEqual([]);
    expect((await ward.attempt({ principal: wider }, payroll)).ran).toEqual([]);
    expect(Date.parse(wider.expiresAt!)).toBe(Date.parse(principal.expiresAt!));
  });

  test("cannot keep its calls out of the log by a name that no entry has room for", async () => {
    const ward = await attackedWard();
    const principal = await ward.principal(orchestrator, { constraints });
    let narrowed = principal.attenuate({ actor: { type: "agent", id: "x".repeat(70_000) } });
    const call = { tool: "refund", args: { order: "1", amount: 1 } };
    await ward.attempt({ principal: narrowed }, call);
    for (let depth = 0; depth < 500; depth++) {
      narrowed = narrowed.attenuate({
        actor: { type: "agent", id: `${depth}-${"y".repeat(200)}` },
      });
    }
    await ward.attempt({ principal: narrowed }, call);
    const denied = (await ward.entries()).filter(({ effect }) => effect === "deny");
    expect(denied.map(({ keyId }) => keyId)).toEqual([principal.key.id, principal.key.id]);
  });
});

describe("somebody else's identity", () => {
  test.for<readonly [string, (principal: Principal) => unknown]>([
    ["a literal", (principal) => ({ ...principal })],
    ["a copy", (principal) => structuredClone({ ...principal, attenuate: undefined })],
    ["a proxy", (principal) => new Proxy(principal, {})],
    ["a heir", (principal) => Object.create(principal) as unknown],
    [
      "a heir of its class",
      (principal) =>
        Object.assign(Object.create(Object.getPrototypeOf(principal) as object), principal),
    ],
    ["nothing", () => undefined],
  ])("%s is nobody", async ([, forge]) => {
    const ward = await attackedWard();
    const principal = await ward.principal(orchestrator, { constraints });
    const forged = forge(principal) as Principal;
    const { ran, codes } = await ward.attempt({ principal: forged }, { tool: "read_mail" });
    expect({ ran, codes }).toEqual({ ran: [], codes: ["key:malformed"] });
    const listed = await ward.ward.enforcer.list({ principal: forged, tools: ["read_mail"] });
    expect(listed.kind).toBe("deny");
  });

  test("a principal of another ward is nobody", async () => {
    const [ours, theirs] = [await attackedWard(), await attackedWard()];
    const principal = await theirs.principal(orchestrator, { constraints });
    expect(await ours.attempt({ principal }, { tool: "read_mail" })).toMatchObject({
      ran: [],
      codes: ["key:malformed"],
    });
  });

  test("neither the call nor its arguments say who calls, when, or from where", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:read"]);
    const claims = {
      key: { id: "0", audience: "internal", scopes: ["**"] },
      subject: { type: "user", id: "root" },
      context: { tenant: "other", time: "2000-01-01T00:00:00Z", ip: "127.0.0.1" },
    };
    const call = { tool: "send_mail", args: { to: "eve@attacker.example", ...claims }, ...claims };
    expect(await ward.attempt({ token }, call)).toMatchObject({
      ran: [],
      codes: ["scope:missing"],
    });
    const [denied] = (await ward.entries()).filter(({ effect }) => effect === "deny");
    expect(denied).toMatchObject({ subject: { type: "user", id: "ada" }, tenant: "default" });
  });
});
