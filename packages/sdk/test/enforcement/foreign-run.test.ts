import type { Authorization, Execution, Permit } from "@scopeward/sdk";
import { expect, test, vi } from "vitest";
import { Stage } from "./stage.ts";

// Some frameworks run the tool themselves, between a hook before it and one after it. An adapter for
// them gives `execute` a body that waits for the second hook.

class NeverRan extends Error {}

/** A run whose body has begun, and waits. */
interface ForeignRun {
  readonly begun: boolean;
  readonly end: PromiseWithResolvers<unknown>;
  readonly execution: Promise<Execution<unknown>>;
}

async function begin(stage: Stage, between: () => void = () => undefined): Promise<ForeignRun> {
  const enforcer = stage.enforcer();
  const permit = permitOf(
    await enforcer.authorize({ principal: stage.principal("ada"), tool: "ping" }),
  );
  between();
  const start = Promise.withResolvers<true>();
  const end = Promise.withResolvers<unknown>();
  const execution = enforcer.execute(permit, {
    name: "ping",
    execute: async () => {
      start.resolve(true);
      return await end.promise;
    },
    isSignal: (error) => error instanceof NeverRan,
  });
  const first = await Promise.race([start.promise, execution]);
  return { begun: first === true, end, execution };
}

function permitOf(authorized: Authorization): Permit {
  if (authorized.kind !== "allow") throw new Error(`it is ${authorized.kind}`);
  return authorized.permit;
}

function statuses(stage: Stage): readonly unknown[] {
  return stage.of("outcome").map((entry) => entry["status"]);
}

test("a tool that somebody else runs may run for longer than its permit lives", async () => {
  const stage = new Stage();
  const run = await begin(stage);
  expect(run.begun).toBe(true);
  stage.clock.ms += 3_600_000;
  expect(statuses(stage)).toEqual([]);
  run.end.resolve("output");
  expect(await run.execution).toMatchObject({ kind: "done", result: "output" });
  expect(statuses(stage)).toEqual(["succeeded"]);
});

test("what forbids the run is known before the body begins", async () => {
  const stage = new Stage();
  const run = await begin(stage, () => void stage.rejected.set("ada", "key:revoked"));
  expect(run.begun).toBe(false);
  expect(await run.execution).toMatchObject({
    kind: "deny",
    decision: { reasons: [{ code: "key:revoked" }] },
  });
  expect(statuses(stage)).toEqual(["refused"]);
});

test("a run that never came about is told from one that failed", async () => {
  for (const [error, status] of [
    [new NeverRan(), "interrupted"],
    [new Error("the tool's own"), "failed"],
  ] as const) {
    const stage = new Stage();
    const run = await begin(stage);
    run.end.reject(error);
    await expect(run.execution).rejects.toBe(error);
    expect(statuses(stage)).toEqual([status]);
  }
});

test("no outcome is written down before the body ends", async () => {
  const stage = new Stage();
  const settled = vi.fn<() => void>();
  const { end, execution } = await begin(stage);
  const observed = execution.finally(settled);
  await new Promise((resolve) => setImmediate(resolve));
  expect([settled.mock.calls.length, statuses(stage)]).toEqual([0, []]);
  end.resolve(undefined);
  await observed;
  expect(statuses(stage)).toEqual(["succeeded"]);
});
