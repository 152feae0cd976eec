import { memoryApprovals } from "@scopeward/approvals";
import type { ApprovalChannel, ApprovalRecord, Enforcer } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { allow, ask, catalogueOf, Stage } from "./stage.ts";

const call = { token: "token-ada", tool: "ping" } as const;
const grace = { token: "token-grace" } as const;

/** Policies that ask about `ping`, and let everybody answer. */
function asking(): Stage {
  const stage = new Stage();
  stage.catalogue = catalogueOf({ ping: "none", answer_approval: "none" });
  stage.answer = ({ action, approval }) =>
    action.name === "answer_approval" || approval !== undefined ? allow : ask("large");
  return stage;
}

async function parked(enforcer: Enforcer): Promise<ApprovalRecord> {
  const authorized = await enforcer.authorize(call);
  if (authorized.kind !== "approval") throw new Error(authorized.kind);
  return authorized.approval;
}

/** An object of which a member throws when it is read. */
function throwing(member: string): never {
  return Object.defineProperty({}, member, { enumerable: true, get: expect.unreachable }) as never;
}

test.for<readonly [string, object]>([
  ["a verdict that is none", { verdict: "yes" }],
  ["a verdict that is a list", { verdict: ["approve"] }],
  ["a note that is no text", { note: 5 }],
  ["no approver", { approver: null }],
  ["an approver that throws", { approver: throwing("token") }],
])("%s is a deny, and the question waits on", async ([, more]) => {
  const enforcer = asking().enforcer({ approvals: memoryApprovals() });
  const { id } = await parked(enforcer);
  const answer = { id, verdict: "approve", approver: grace, ...more } as never;
  expect(await enforcer.answerApproval(answer)).toMatchObject({
    kind: "deny",
    decision: { reasons: [{ code: "engine:input_invalid" }] },
  });
  expect((await parked(enforcer)).status).toBe("pending");
});

test("nothing but who it is comes from what was given as an approver", async () => {
  const stage = asking();
  const enforcer = stage.enforcer({ approvals: memoryApprovals() });
  const { id } = await parked(enforcer);
  const approver = {
    ...grace,
    subjectProperties: { groups: ["approvers"] },
    facts: { trusted: true },
    session: "s1",
    approval: id,
    arguments: { toPolicyArgs: () => ({}), fromPolicyArgs: () => ({}) },
  };
  const answered = await enforcer.answerApproval({ id, verdict: "approve", approver });
  expect(answered.kind).toBe("answered");
  const asked = stage.requests.at(-1);
  expect(asked?.subject).toEqual({ type: "user", id: "grace" });
  expect(asked?.args).toMatchObject({ approval: id });
  expect(asked?.context).toEqual({ time: "2026-01-31T12:00:00.000Z", tenant: "acme" });
  expect(asked).not.toHaveProperty("approval");
});

test.for<readonly [string, unknown]>([
  ["null", null],
  ["a text", "approve"],
  ["a verdict that is none", { verdict: "yes", approver: grace }],
  ["no approver", { verdict: "approve" }],
  ["what throws", throwing("verdict")],
])("a channel that answers with %s leaves the call parked", async ([, given]) => {
  const channel = { ...memoryApprovals(), ask: async () => await Promise.resolve(given as never) };
  const enforcer = asking().enforcer({ approvals: channel });
  const ran = await enforcer.run(call, { name: "ping", execute: expect.unreachable });
  expect(ran.kind).toBe("approval");
});

test.for([
  ["get", "id"],
  ["answer", "kind"],
] as const)(
  "a channel whose `%s` answers with what throws takes no answer",
  async ([method, member]) => {
    const queue = memoryApprovals();
    const stage = asking();
    const { id } = await parked(stage.enforcer({ approvals: queue }));
    const enforcer = stage.enforcer({ approvals: broken(queue, method, member) });
    const answered = await enforcer.answerApproval({ id, verdict: "approve", approver: grace });
    expect(answered).toEqual({ kind: "refused", status: "unknown" });
  },
);

test.for([
  ["create", "kind"],
  ["get", "id"],
  ["consume", "kind"],
] as const)("a channel whose `%s` answers with what throws denies", async ([method, member]) => {
  const queue = memoryApprovals();
  const stage = asking();
  const sound = stage.enforcer({ approvals: queue });
  const { id } = await parked(sound);
  await sound.answerApproval({ id, verdict: "approve", approver: grace });
  const enforcer = stage.enforcer({ approvals: broken(queue, method, member) });
  const approval = method === "create" ? {} : { approval: id };
  expect(await enforcer.authorize({ ...call, ...approval })).toMatchObject({
    kind: "deny",
    decision: { reasons: [{ code: "engine:approval_unavailable" }] },
  });
});

function broken(
  queue: ApprovalChannel,
  method: keyof ApprovalChannel,
  member: string,
): ApprovalChannel {
  return { ...queue, [method]: async () => await Promise.resolve(throwing(member)) };
}
