import { describe, expect, test } from "vitest";
import type { Permit } from "scopeward";
import { attackedWard } from "./attacked-ward.ts";
import type { AttackedWard } from "./attacked-ward.ts";

// ASI10, rogue agents. Who: an agent that does not stop when it should, and that speaks for people. What:
// to go on with permits that it hoarded, with a yes that nobody gave, or with one yes for many calls. What
// holds: a permit is for one run within 30 s and the key is verified again at it; the stored record is
// the only yes, for one call, from somebody whom the policies let answer and who is not the agent.

const large = { order: "7", amount: 5_000 };

async function permits(ward: AttackedWard, token: string, count: number): Promise<Permit[]> {
  const found: Permit[] = [];
  for (let index = 0; index < count; index++) {
    const authorized = await ward.ward.enforcer.authorize({ token, tool: "read_mail" });
    if (authorized.kind !== "allow") throw new Error(authorized.kind);
    found.push(authorized.permit);
  }
  return found;
}

async function use(ward: AttackedWard, permit: unknown, name = "read_mail"): Promise<string> {
  const body = { name, execute: () => "ran" };
  const run = await ward.ward.enforcer.execute(permit as Permit, body);
  return run.kind === "done" ? run.result : (run.decision.reasons[0]?.code ?? "none");
}

describe("a permit", () => {
  test("that was kept works once, and not at all when the key is revoked", async () => {
    const ward = await attackedWard();
    const { key, token } = await ward.issue(["mail:read"]);
    const [first, second] = await permits(ward, token.reveal(), 2);
    expect(await use(ward, first)).toBe("ran");
    expect(await use(ward, first)).toBe("engine:permit_invalid");
    await ward.ward.keys.revoke(key.id);
    expect(await use(ward, second)).toBe("key:revoked");
    expect(await use(ward, second)).toBe("engine:permit_invalid");
  });

  test("of one hundred uses at the same time runs one", async () => {
    const ward = await attackedWard();
    const [permit] = await permits(ward, await ward.token(["mail:read"]), 1);
    const uses = await Promise.all(Array.from({ length: 100 }, () => use(ward, permit)));
    expect(uses.filter((each) => each === "ran")).toHaveLength(1);
  });

  test("for one tool runs no other, and is spent by the attempt", async () => {
    const ward = await attackedWard();
    const [permit] = await permits(ward, await ward.token(["mail:*"]), 1);
    expect(await use(ward, permit, "send_mail")).toBe("engine:permit_invalid");
    expect(await use(ward, permit)).toBe("engine:permit_invalid");
  });

  test.for<readonly [string, (permit: Permit) => unknown]>([
    ["a literal", () => ({ target: "read_mail" })],
    ["a copy", (permit) => ({ ...permit })],
    ["a proxy", (permit) => new Proxy(permit, {})],
    ["a heir", (permit) => Object.create(permit) as unknown],
    ["JSON", (permit) => JSON.parse(JSON.stringify(permit)) as unknown],
    ["nothing", () => undefined],
  ])("that is %s is none", async ([, forge]) => {
    const ward = await attackedWard();
    const [permit] = await permits(ward, await ward.token(["mail:read"]), 1);
    expect(await use(ward, forge(permit!))).toBe("engine:permit_invalid");
    expect(await use(ward, permit)).toBe("ran");
  });

  test("of a ward that is closed runs nothing", async () => {
    const ward = await attackedWard();
    const [permit] = await permits(ward, await ward.token(["mail:read"]), 1);
    await ward.ward.close();
    expect(await use(ward, permit)).not.toBe("ran");
  });
});

async function parked(): Promise<{
  readonly ward: AttackedWard;
  readonly agent: string;
  readonly approval: string;
}> {
  const ward = await attackedWard();
  const agent = await ward.token(["payments:refund", "approvals:answer"]);
  const { approval } = await ward.attempt({ token: agent }, { tool: "refund", args: large });
  return { ward, agent, approval: approval! };
}

describe("a yes", () => {
  test.for<readonly [string, (id: string) => object]>([
    ["the id of what waits", (approval) => ({ approval })],
    ["an id that was made up", () => ({ approval: "a".repeat(32) })],
    ["an answer beside the id", (approval) => ({ approval, approved: true, status: "approved" })],
    ["a record in the place of the id", (id) => ({ approval: { id, status: "approved" } })],
    ["an approval in the arguments", () => ({ args: { ...large, approval: { approved: true } } })],
    ["an approval among the facts", () => ({ facts: { approval: { codes: ["large_refund"] } } })],
  ])("is not %s", async ([, forge]) => {
    const { ward, agent, approval } = await parked();
    const call = { tool: "refund", args: large, ...forge(approval) };
    expect((await ward.attempt({ token: agent }, call)).ran).toEqual([]);
  });

  test("is not the agent's own, with whichever key or helper of its subject", async () => {
    const { ward, agent, approval } = await parked();
    const { enforcer } = ward.ward;
    const otherKey = await ward.token(["approvals:answer"]);
    const helper = (await ward.principal(["approvals:answer"])).attenuate({
      actor: { type: "agent", id: "helper" },
    });
    for (const approver of [{ token: agent }, { token: otherKey }, { principal: helper }]) {
      const answered = await enforcer.answerApproval({
        id: approval,
        verdict: "approve",
        approver,
      });
      expect(answered.kind).toBe("deny");
    }
    expect((await ward.attempt({ token: agent }, { tool: "refund", args: large })).ran).toEqual([]);
  });

  test("is of nobody whom the policies do not let answer", async () => {
    const { ward, approval } = await parked();
    const { enforcer } = ward.ward;
    const clerk = await ward.token(["payments:refund"], { owner: "user:bob" });
    const robot = await ward.token(["approvals:answer"], { owner: "service:robot" });
    for (const token of [clerk, robot, "junk"]) {
      const answer = { id: approval, verdict: "approve", approver: { token } } as const;
      expect((await enforcer.answerApproval(answer)).kind).toBe("deny");
    }
  });

  test("is for one run of one call", async () => {
    const { ward, agent, approval } = await parked();
    const grace = await ward.token(["approvals:answer"], { owner: "user:grace" });
    const answer = { id: approval, verdict: "approve", approver: { token: grace } } as const;
    expect((await ward.ward.enforcer.answerApproval(answer)).kind).toBe("answered");
    const other = await ward.token(["payments:refund"], { owner: "user:bob" });
    const call = { tool: "refund", args: large, approval };
    const dearer = { ...call, args: { ...large, amount: 50_000 } };
    expect((await ward.attempt({ token: agent }, dearer)).ran).toEqual([]);
    expect((await ward.attempt({ token: agent }, { ...call, tool: "read_mail" })).ran).toEqual([]);
    expect((await ward.attempt({ token: agent }, { ...call, callId: "another" })).ran).toEqual([]);
    expect((await ward.attempt({ token: other }, call)).ran).toEqual([]);
    const runs = await Promise.all(
      Array.from({ length: 20 }, () => ward.attempt({ token: agent }, call)),
    );
    expect(runs.flatMap(({ ran }) => ran)).toEqual([large]);
    expect((await ward.attempt({ token: agent }, call)).codes).toEqual(["engine:approval_invalid"]);
  });

  test("that was a no is not asked for again", async () => {
    const { ward, agent, approval } = await parked();
    const grace = await ward.token(["approvals:answer"], { owner: "user:grace" });
    const answer = { id: approval, verdict: "deny", approver: { token: grace } } as const;
    await ward.ward.enforcer.answerApproval(answer);
    for (const call of [{ approval }, {}]) {
      const again = { tool: "refund", args: large, ...call };
      expect(await ward.attempt({ token: agent }, again)).toMatchObject({
        kind: "deny",
        codes: ["large_refund"],
      });
    }
  });
});
