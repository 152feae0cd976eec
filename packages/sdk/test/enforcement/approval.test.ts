import { memoryApprovals } from "@scopeward/approvals";
import type { JsonObject } from "@scopeward/core";
import type { ApprovalChannel, ApprovalRecord, Enforcer, ToolBody } from "@scopeward/sdk";
import { describe, expect, test, vi } from "vitest";
import { allow, ask, catalogueOf, deny, Stage } from "./stage.ts";

const call = { token: "token-ada", args: { n: 1 }, callId: "c1" } as const;
const grace = { token: "token-grace" } as const;

/** Policies that ask about `ping`, and let everybody answer. */
function asking(...codes: readonly string[]): Stage {
  const stage = new Stage();
  stage.catalogue = catalogueOf({
    ping: "none",
    pong: "none",
    answer_approval: { type: "approval", from: "/approval" },
  });
  stage.answer = ({ action, approval }) => {
    if (action.name === "answer_approval") return allow;
    const left = codes.filter((code) => approval?.codes.includes(code) !== true);
    return left.length === 0 ? allow : ask(...left);
  };
  return stage;
}

function ping(): ToolBody<string> & { readonly execute: ReturnType<typeof vi.fn> } {
  return { name: "ping", execute: vi.fn<() => string>(() => "ran") };
}

async function parked(
  enforcer: Enforcer,
  more: { readonly args?: JsonObject; readonly callId?: string; readonly token?: string } = {},
): Promise<ApprovalRecord> {
  const authorized = await enforcer.authorize({ ...call, ...more, tool: "ping" });
  if (authorized.kind !== "approval") throw new Error(JSON.stringify(authorized));
  return authorized.approval;
}

async function resume(
  enforcer: Enforcer,
  approval: string,
  more: object = {},
): Promise<readonly string[]> {
  const resumed = await enforcer.authorize({ ...call, tool: "ping", approval, ...more });
  return [resumed.kind, ...resumed.decision.reasons.map(({ code }) => code)];
}

describe("a question", () => {
  test("parks the call, and the call runs once somebody has said yes", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const record = await parked(enforcer);
    expect(record).toMatchObject({
      status: "pending",
      keyId: "key-of-ada",
      args: { n: 1 },
      codes: ["large"],
    });
    const answered = await enforcer.answerApproval({
      id: record.id,
      verdict: "approve",
      approver: grace,
      note: "fine",
    });
    expect(answered).toMatchObject({
      kind: "answered",
      record: { answer: { approver: { type: "user", id: "grace" }, note: "fine" } },
    });
    const body = ping();
    expect(await enforcer.run({ ...call, approval: record.id }, body)).toMatchObject({
      kind: "done",
      result: "ran",
    });
    expect(body.execute).toHaveBeenCalledTimes(1);
    expect(stage.requests.at(-1)?.approval).toEqual({
      id: record.id,
      approver: { type: "user", id: "grace" },
      codes: ["large"],
      at: "2026-01-31T12:00:00.000Z",
    });
    expect(stage.of("decision")).toMatchObject([
      { effect: "require_approval", approval: record.id },
      { effect: "allow", action: { name: "answer_approval" } },
      { effect: "allow", approval: record.id, action: { name: "ping" } },
    ]);
  });

  test("that is put again is the same one", async () => {
    const enforcer = asking("large").enforcer({ approvals: memoryApprovals() });
    const ids = [(await parked(enforcer)).id, (await parked(enforcer)).id];
    expect(ids[0]).toBe(ids[1]);
  });

  test.for([{ callId: "c2" }, { args: { n: 2 } }, { token: "token-bob" }])(
    "about another call is another one: %j",
    async (more) => {
      const enforcer = asking("large").enforcer({ approvals: memoryApprovals() });
      expect((await parked(enforcer, more)).id).not.toBe((await parked(enforcer)).id);
    },
  );

  test("is put for what the tool would get at last", async () => {
    const stage = asking();
    stage.answer = ({ args }) =>
      args?.["limit"] === undefined
        ? { ...ask("large"), args: { ...args, limit: 5 } }
        : ask("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    expect((await parked(enforcer)).args).toEqual({ n: 1, limit: 5 });
  });

  test("is about what a person can read", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const long = { n: "x".repeat(70_000) };
    const asked = await enforcer.authorize({ ...call, tool: "ping", args: long });
    expect(asked.decision.reasons).toMatchObject([{ code: "engine:approval_unavailable" }]);
  });

  test("waits for a bounded time, and a key has a bounded number of them", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({
      approvals: memoryApprovals(),
      bounds: { approvalMs: 60_000, pendingApprovalsPerKey: 2 },
    });
    const first = await parked(enforcer, { callId: "a" });
    await parked(enforcer, { callId: "b" });
    const third = await enforcer.authorize({ ...call, tool: "ping", callId: "c" });
    expect(third.decision.reasons).toMatchObject([{ code: "engine:approval_unavailable" }]);
    stage.clock.ms += 60_000;
    const late = { id: first.id, verdict: "approve", approver: grace } as const;
    expect(await enforcer.answerApproval(late)).toEqual({ kind: "refused", status: "expired" });
    await parked(enforcer, { callId: "c" });
  });
});

describe("going back to a question", () => {
  const invalid = ["deny", "engine:approval_invalid"];

  test("that nobody has answered is refused, whatever comes with it", async () => {
    const enforcer = asking("large").enforcer({ approvals: memoryApprovals() });
    const { id } = await parked(enforcer);
    expect(await resume(enforcer, id)).toEqual(invalid);
    for (const forged of [true, { approved: true }, "", "yes", `${id}x`, "x".repeat(32), null]) {
      const resumed = await resume(enforcer, forged as string);
      expect(resumed[0]).toBe("deny");
      expect(resumed).toContain("engine:approval_invalid");
    }
  });

  test("works once", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const id = await approved(stage, enforcer);
    expect(await resume(enforcer, id)).toEqual(["allow"]);
    expect(await resume(enforcer, id)).toEqual(invalid);
  });

  test("of two at the same time one works", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const id = await approved(stage, enforcer);
    const resumed = await Promise.all([resume(enforcer, id), resume(enforcer, id)]);
    expect(resumed.map((answer) => answer.join(" ")).toSorted()).toEqual([
      "allow",
      "deny engine:approval_invalid",
    ]);
  });

  test.for<readonly [string, object]>([
    ["other arguments", { args: { n: 2 } }],
    ["one argument more", { args: { n: 1, m: 1 } }],
    ["another tool", { tool: "pong" }],
    ["another key", { token: "token-bob" }],
    ["another call of the framework", { callId: "c2" }],
    ["no call of the framework", { callId: undefined }],
  ])("with %s is refused, and the answer stays for the call that it is for", async ([, more]) => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const id = await approved(stage, enforcer);
    expect(await resume(enforcer, id, more)).toEqual(invalid);
    expect(await resume(enforcer, id)).toEqual(["allow"]);
  });

  test("that was denied is a deny with what was asked, also without its id", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const id = await approved(stage, enforcer, "deny");
    expect(await resume(enforcer, id)).toEqual(["deny", "large"]);
    expect(await enforcer.run(call, ping())).toMatchObject({ kind: "deny" });
  });

  test("too late is refused", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const id = await approved(stage, enforcer);
    stage.clock.ms += 900_000;
    expect(await resume(enforcer, id)).toEqual(invalid);
  });

  test("with a key that was revoked meanwhile is refused", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const id = await approved(stage, enforcer);
    stage.rejected.set("ada", "key:revoked");
    expect(await resume(enforcer, id)).toEqual(["deny", "key:revoked"]);
  });

  test("is decided anew: a deny since then holds, and another question is not answered", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const id = await approved(stage, enforcer);
    const { answer } = stage;
    stage.answer = () => deny("closed");
    expect(await resume(enforcer, id)).toEqual(["deny", "closed"]);
    stage.answer = () => ask("other");
    expect(await resume(enforcer, id)).toEqual(invalid);
    stage.answer = answer;
    expect(await resume(enforcer, id)).toEqual(["allow"]);
  });

  test("needs no id where the record says yes already", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    await approved(stage, enforcer);
    expect(await enforcer.run(call, ping())).toMatchObject({ kind: "done" });
    expect(await enforcer.run(call, ping())).toMatchObject({ kind: "approval" });
  });
});

describe("an approver", () => {
  test("is somebody whom the policies let answer", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const { answer } = stage;
    stage.answer = (request) =>
      request.action.name === "answer_approval" ? deny("not_yours") : answer(request);
    expect(await answerBy(stage, enforcer, grace)).toEqual(["deny", "not_yours"]);
    const asked = stage.requests.find(({ action }) => action.name === "answer_approval");
    expect(asked?.args).toMatchObject({
      verdict: "approve",
      action: { type: "tool", name: "ping" },
      arguments: { n: 1 },
      codes: ["large"],
      subject: { type: "user", id: "ada" },
      key: "key-of-ada",
    });
  });

  test("is somebody", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    expect(await answerBy(stage, enforcer, { token: "junk" })).toEqual(["deny", "key:malformed"]);
  });

  test("is neither subject nor actor of the call, with whichever key", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const own = { principal: stage.principal("ada") };
    expect(await answerBy(stage, enforcer, own)).toEqual(["deny", "engine:approval_invalid"]);
    const agent = { type: "agent", id: "researcher" };
    Object.assign(stage.principal("ada"), { actors: [agent] });
    const other = stage.principal("other");
    Object.assign(other, { subject: agent });
    expect(await answerBy(stage, enforcer, { principal: other })).toEqual([
      "deny",
      "engine:approval_invalid",
    ]);
  });

  test("is the subject where the policies say so", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const { answer } = stage;
    stage.answer = (request) =>
      request.action.name === "answer_approval"
        ? { ...allow, obligations: [{ type: "allow_self_approval" }] }
        : answer(request);
    expect(await answerBy(stage, enforcer, { token: "token-ada" })).toEqual(["answered"]);
  });

  test("is of the same tenant", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const foreign = stage.principal("mallory");
    Object.assign(foreign, { tenant: "other" });
    expect(await answerBy(stage, enforcer, { principal: foreign })).toEqual([
      "deny",
      "engine:approval_invalid",
    ]);
  });

  test("answers what waits, once", async () => {
    const stage = asking("large");
    const enforcer = stage.enforcer({ approvals: memoryApprovals() });
    const { id } = await parked(enforcer);
    const answer = { id, verdict: "deny", approver: grace } as const;
    expect(await enforcer.answerApproval(answer)).toMatchObject({ kind: "answered" });
    expect(await enforcer.answerApproval({ ...answer, verdict: "approve" })).toEqual({
      kind: "refused",
      status: "denied",
    });
    expect(await enforcer.answerApproval({ ...answer, id: "x".repeat(32) })).toEqual({
      kind: "refused",
      status: "unknown",
    });
  });
});

describe("a channel", () => {
  test("that asks by itself answers at once", async () => {
    const stage = asking("large");
    const approvals: ApprovalChannel = {
      ...memoryApprovals(),
      ask: async () => await Promise.resolve({ verdict: "approve", approver: grace }),
    };
    const ran = await stage.enforcer({ approvals }).run(call, ping());
    expect(ran).toMatchObject({ kind: "done" });
  });

  test("that asks and hears no leaves the tool alone", async () => {
    const stage = asking("large");
    const approvals: ApprovalChannel = {
      ...memoryApprovals(),
      ask: async () => await Promise.resolve({ verdict: "deny", approver: grace }),
    };
    const body = ping();
    expect(await stage.enforcer({ approvals }).run(call, body)).toMatchObject({ kind: "deny" });
    expect(body.execute).not.toHaveBeenCalled();
  });

  test("that asks the one who calls has asked nobody", async () => {
    const stage = asking("large");
    const approvals: ApprovalChannel = {
      ...memoryApprovals(),
      ask: async () =>
        await Promise.resolve({ verdict: "approve", approver: { token: "token-ada" } }),
    };
    const body = ping();
    expect(await stage.enforcer({ approvals }).run(call, body)).toMatchObject({ kind: "deny" });
    expect(body.execute).not.toHaveBeenCalled();
  });

  const faults: readonly (readonly [string, () => unknown])[] = [
    ["rejects", () => Promise.reject(new Error("down"))],
    ["is late", () => new Promise(() => undefined)],
    ["answers nothing", () => Promise.resolve(undefined)],
    ["answers something else", () => Promise.resolve({ kind: "created", record: { id: "x" } })],
  ];
  test.for(faults)("that %s when it is asked denies", async ([, create]) => {
    const stage = asking("large");
    const approvals = { ...memoryApprovals(), create } as never;
    const enforcer = stage.enforcer({ approvals, bounds: { portMs: 20 } });
    const authorized = await enforcer.authorize({ ...call, tool: "ping" });
    expect(authorized.kind).toBe("deny");
    expect(authorized.decision.reasons).toMatchObject([{ code: "engine:approval_unavailable" }]);
  });

  test.for(["get", "consume"] as const)("whose `%s` fails denies", async (method) => {
    for (const [, fault] of faults) {
      const stage = asking("large");
      const queue = memoryApprovals();
      const enforcer = stage.enforcer({ approvals: queue });
      const { id } = await parked(enforcer);
      await enforcer.answerApproval({ id, verdict: "approve", approver: grace });
      const approvals = { ...queue, [method]: fault } as never;
      const broken = stage.enforcer({ approvals, bounds: { portMs: 20 } });
      expect((await resume(broken, id))[0]).toBe("deny");
    }
  });

  test("that tells of an approval nobody gave is not believed", async () => {
    const stage = asking("large");
    const queue = memoryApprovals();
    const get: ApprovalChannel["get"] = async (id, now) => {
      const record = await queue.get(id, now);
      return record === undefined ? undefined : { ...record, status: "approved" };
    };
    const enforcer = stage.enforcer({ approvals: { ...queue, get } });
    const { id } = await parked(enforcer);
    expect(await resume(enforcer, id)).toEqual(["deny", "engine:approval_unavailable"]);
  });
});

async function approved(
  stage: Stage,
  enforcer: Enforcer,
  verdict: "approve" | "deny" = "approve",
): Promise<string> {
  const { id } = await parked(enforcer);
  await enforcer.answerApproval({ id, verdict, approver: grace });
  expect(stage.of("outcome")).toMatchObject([{ status: "succeeded" }]);
  return id;
}

async function answerBy(
  stage: Stage,
  enforcer: Enforcer,
  approver: object,
): Promise<readonly unknown[]> {
  const { id } = await parked(enforcer);
  const outcome = await enforcer.answerApproval({
    id,
    verdict: "approve",
    approver: approver as never,
  });
  if (outcome.kind !== "deny") return [outcome.kind];
  expect((await parked(enforcer)).status).toBe("pending");
  return [outcome.kind, ...outcome.decision.reasons.map(({ code }) => code)];
}
