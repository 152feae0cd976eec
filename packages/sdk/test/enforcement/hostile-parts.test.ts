import { setTimeout as delay } from "node:timers/promises";
import { memoryApprovals } from "@scopeward/approvals";
import type { Decision } from "@scopeward/core";
import { defineObligation } from "@scopeward/sdk";
import type { Enforcer, Limiter } from "@scopeward/sdk";
import { expect, test, vi } from "vitest";
import { allow, ask, catalogueOf, Stage } from "./stage.ts";

const call = { token: "token-ada", tool: "ping" } as const;

/** An object of which a member throws when it is read. */
function throwing(member: string): never {
  return Object.defineProperty({}, member, { enumerable: true, get: expect.unreachable }) as never;
}

function codes({ decision }: { readonly decision: Decision }): readonly string[] {
  return decision.reasons.map(({ code }) => code);
}

async function permitted(enforcer: Enforcer): Promise<Parameters<Enforcer["execute"]>[0]> {
  const authorized = await enforcer.authorize(call);
  if (authorized.kind !== "allow") throw new Error(authorized.kind);
  return authorized.permit;
}

test("a key store whose answer throws when it is read denies the run", async () => {
  const stage = new Stage();
  const enforcer = stage.enforcer();
  const permit = await permitted(enforcer);
  vi.spyOn(stage.keys, "reverify").mockResolvedValue(throwing("outcome"));
  const ran = await enforcer.execute(permit, { name: "ping", execute: expect.unreachable });
  expect(codes(ran as never)).toEqual(["key:store_unavailable"]);
});

test("an audit log whose answer throws when it is read has taken nothing", async () => {
  const stage = new Stage();
  const enforcer = stage.enforcer();
  const permit = await permitted(enforcer);
  stage.auditFault = () => throwing("kind");
  const ran = await enforcer.execute(permit, { name: "ping", execute: () => "ran" });
  expect(codes(ran)).toEqual(["engine:audit_unavailable"]);
  expect(codes(await enforcer.authorize(call))).toEqual(["engine:audit_unavailable"]);
});

test("a permit does not outlive the Enforcer, and what its channel cannot end is ended", async () => {
  const stage = new Stage();
  const channel = { ...memoryApprovals(), close: vi.fn<() => never>(expect.unreachable) };
  const enforcer = stage.enforcer({ approvals: channel });
  const permit = await permitted(enforcer);
  await enforcer.close();
  const ran = await enforcer.execute(permit, { name: "ping", execute: expect.unreachable });
  expect(codes(ran as never)).toEqual(["engine:no_bundle"]);
});

test.for<readonly [string, object]>([
  ["a session that is no text", { session: 5 }],
  ["a session of megabytes", { session: "x".repeat(2_000_000) }],
  ["an id that is no text", { callId: {} }],
  ["an id that is not well-formed", { callId: "\ud800" }],
  ["a name that is not well-formed", { tool: "\ud800" }],
])("%s denies, and is counted", async ([, more]) => {
  const stage = new Stage();
  stage.answer = () => ask("large");
  const enforcer = stage.enforcer({ approvals: memoryApprovals() });
  const denied = await enforcer.authorize({ ...call, ...more });
  expect(codes(denied)).toEqual(["engine:input_invalid"]);
  await enforcer.close();
  expect(stage.entries).toMatchObject([
    { event: "callers_rejected", counts: { "engine:input_invalid": 1 } },
  ]);
});

test("what a normaliser does not say, the application does not say in its name", async () => {
  const stage = new Stage();
  stage.catalogue = catalogueOf({ ping: { type: "dataset", from: "quiet" } });
  const quiet = { name: "quiet", normalise: () => ({ kind: "resource", id: "a" }) as const };
  const enforcer = stage.enforcer({ normalisers: [quiet] });
  const facts = { quiet: { access: "read" }, own: true };
  await enforcer.authorize({ ...call, facts });
  await enforcer.list({ token: "token-ada", tools: ["ping"], facts });
  expect(stage.requests.map(({ context }) => context.facts)).toEqual([
    { own: true },
    { own: true },
  ]);
});

test("a context provider cannot change what is decided on", async () => {
  const stage = new Stage();
  const seen = vi.fn<(question: object) => undefined>(() => undefined);
  const enforcer = stage.enforcer({
    contextProviders: [
      {
        name: "evil",
        provide: (question) => {
          Reflect.set(question, "args", { n: 2 });
          Reflect.set(question.action ?? {}, "name", "query");
          return undefined;
        },
      },
      { name: "other", provide: seen },
    ],
  });
  await enforcer.authorize({ ...call, args: { n: 1 } });
  expect(seen.mock.calls[0]?.[0]).toMatchObject({ action: { name: "ping" }, args: { n: 1 } });
  expect(stage.requests).toMatchObject([{ action: { name: "ping" }, args: { n: 1 } }]);
});

test("reports that no entry has room for deny the call before it runs", async () => {
  const stage = new Stage();
  const types = ["a", "b", "c", "d"];
  stage.answer = () => ({ ...allow, obligations: types.map((type) => ({ type })) });
  const obligations = types.map((type) =>
    defineObligation({
      type,
      phase: "before",
      parameters: { type: "object" },
      fulfil: () => ({ text: "€".repeat(8_000) }),
    }),
  );
  const ran = await stage
    .enforcer({ obligations })
    .run(call, { name: "ping", execute: expect.unreachable });
  expect(codes(ran as never)).toEqual(["engine:obligation_failed"]);
  const [outcome] = stage.of("outcome");
  expect(outcome).toMatchObject({ status: "refused" });
  expect(Buffer.byteLength(JSON.stringify(outcome))).toBeLessThan(65_536);
});

test("a call that was aborted is no duty that failed", async () => {
  const stage = new Stage();
  stage.answer = () => ({ ...allow, obligations: [{ type: "audit", note: "n" }] });
  const reason = new Error("stop");
  const run = stage
    .enforcer()
    .run(
      { ...call, signal: AbortSignal.abort(reason) },
      { name: "ping", execute: expect.unreachable },
    );
  await expect(run).rejects.toBe(reason);
  expect(stage.of("outcome")).toMatchObject([{ status: "aborted" }]);
});

test("what a limiter reserves too late is released", async () => {
  const release = vi.fn<Limiter["release"]>(async () => await Promise.resolve());
  const limiter: Limiter = {
    reserve: async () => await delay(40, { kind: "reserved", id: "r1" } as const),
    settle: async () => await Promise.resolve(expect.unreachable()),
    release,
  };
  const enforcer = new Stage().enforcer({ limiter, bounds: { portMs: 10 } });
  const ran = await enforcer.run(call, { name: "ping", execute: expect.unreachable });
  expect(codes(ran as never)).toEqual(["engine:limit_unavailable"]);
  await vi.waitFor(() => expect(release.mock.calls).toEqual([["r1"]]));
});

test("a question that may wait for months is put", async () => {
  const stage = new Stage();
  stage.answer = () => ask("large");
  let wasAsked = false;
  const channel = {
    ...memoryApprovals(),
    ask: async (_record: unknown, signal: AbortSignal) => {
      await delay(20);
      wasAsked = !signal.aborted;
      return undefined;
    },
  };
  const bounds = { approvalMs: 60 * 86_400_000 };
  await stage
    .enforcer({ approvals: channel, bounds })
    .run(call, { name: "ping", execute: expect.unreachable });
  expect(wasAsked).toBe(true);
});
