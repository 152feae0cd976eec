import { fc, test } from "@fast-check/vitest";
import { covers } from "@scopeward/core";
import type { Verification } from "@scopeward/sdk";
import { expect } from "vitest";
import { histories } from "./tree-commands.ts";
import { datasets, grants, chainOf, isUsable, isWithin, mayGive, reachOf } from "./tree-model.ts";
import { type TreeKey, TreeRun } from "./tree-run.ts";

const rounds = { numRuns: 80 };

/** What a verified principal may do, by asking for each thing there is. */
function allowedBy(verification: Verification): ReadonlySet<string> {
  if (verification.outcome === "rejected") return new Set();
  const { scopes, constraints = {} } = verification.principal.key;
  const limit = constraints["dataset"] as readonly string[] | undefined;
  return new Set(
    grants["**"]
      .filter((scope) => scopes.some((grant) => covers(grant, scope)))
      .flatMap((scope) =>
        datasets
          .filter((dataset) => limit === undefined || limit.includes(dataset))
          .map((dataset) => `${scope} on ${dataset}`),
      ),
  );
}

function allowedByModel({ model }: TreeKey, nowMs: number): ReadonlySet<string> {
  if (!isUsable(model, nowMs)) return new Set();
  const reach = reachOf(chainOf(model));
  return new Set(
    [...reach.scopes].flatMap((scope) =>
      [...reach.datasets].map((dataset) => `${scope} on ${dataset}`),
    ),
  );
}

async function allowedNow(run: TreeRun, { tokens }: TreeKey): Promise<ReadonlySet<string>> {
  return allowedBy(await run.ring.keys.verify(tokens[0]!.token.reveal()));
}

test.prop([histories], rounds)(
  "after each step every key may do what the model says, and nothing else",
  async (commands) => {
    const run = await TreeRun.open();
    for (const command of commands) {
      await run.take(command);
      for (const key of run.keys) {
        expect(await allowedNow(run, key)).toEqual(allowedByModel(key, run.nowMs));
      }
    }
  },
);

test.prop([histories], rounds)(
  "what a live ancestor is denied is allowed to nobody below it",
  async (commands) => {
    const run = await TreeRun.open();
    for (const command of commands) await run.take(command);
    const allowed = new Map<unknown, ReadonlySet<string>>();
    for (const key of run.keys) allowed.set(key.model, await allowedNow(run, key));
    for (const { model } of run.keys) {
      for (const ancestor of chainOf(model).slice(1)) {
        expect(isWithin(allowed.get(model)!, allowed.get(ancestor)!)).toBe(true);
      }
    }
  },
);

test.prop([histories, fc.nat()], rounds)(
  "revoking a key ends all below it, for good, and nothing beside it",
  async (commands, place) => {
    const run = await TreeRun.open();
    for (const command of commands) await run.take(command);
    const revoked = run.keys[place % run.keys.length]!;
    const before = await Promise.all(run.keys.map(async (key) => await allowedNow(run, key)));
    expect((await run.ring.keys.revoke(revoked.id)).kind).toBe("ended");
    for (const key of run.keys) await run.ring.keys.enable(key.id);
    for (const [index, key] of run.keys.entries()) {
      const allowed = await allowedNow(run, key);
      if (chainOf(key.model).includes(revoked.model)) expect([...allowed]).toEqual([]);
      else expect(isWithin(before[index]!, allowed)).toBe(true);
    }
  },
);

test.prop([histories], rounds)(
  "the keys do what the model says may be done, and refuse the rest",
  async (commands) => {
    const run = await TreeRun.open();
    for (const command of commands) {
      const { expected, done } = await run.take(command);
      expect(done, JSON.stringify(command)).toBe(expected);
    }
  },
);

test.prop([histories], rounds)(
  "no update gives a key more than its actor may give, or than those above it have",
  async (commands) => {
    const run = await TreeRun.open();
    for (const command of commands) {
      const before = run.keys.map(({ model }) => ({ ...model }));
      const nowMs = run.nowMs;
      await run.take(command);
      if (command.do !== "update") continue;
      const place = command.at % run.keys.length;
      const { model } = run.keys[place]!;
      const [was, is] = [reachOf([before[place]!]), reachOf([model])];
      const isWider = !isWithin(is.scopes, was.scopes) || !isWithin(is.datasets, was.datasets);
      if (!isWider) continue;
      // Leaving a constraint out makes the set of datasets larger, so it is among these.
      expect(mayGive(command.actor, model, nowMs)).toBe(true);
      if (model.parent === undefined) continue;
      const limit = reachOf(chainOf(model.parent));
      expect(isWithin(is.scopes, limit.scopes) && isWithin(is.datasets, limit.datasets)).toBe(true);
    }
  },
);

test.prop([histories], rounds)(
  "of the tokens of a key the two newest work at most, each as long as it was said",
  async (commands) => {
    const run = await TreeRun.open();
    for (const command of commands) await run.take(command);
    for (const { model, tokens } of run.keys) {
      for (const { token, endsMs } of tokens) {
        const { outcome } = await run.ring.keys.verify(token.reveal());
        const expected = isUsable(model, run.nowMs) && run.nowMs < endsMs;
        expect(outcome).toBe(expected ? "verified" : "rejected");
      }
    }
  },
);
