import { describe, expect, test, vi } from "vitest";
import { defineObligation } from "@scopeward/sdk";
import type { Allowed, BeforeObligation, Enforcer, Limiter, ToolBody } from "@scopeward/sdk";
import { EnforcerError } from "@scopeward/sdk/enforcer";
import { allow, Stage } from "./stage.ts";

const call = { token: "token-ada", args: { n: 1 } } as const;

function ping<R>(execute: ToolBody<R>["execute"]): ToolBody<R> {
  return { name: "ping", execute };
}

async function piecesOf(stream: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const piece of stream) all.push(piece);
  return all;
}

async function permitOf(enforcer: Enforcer): Promise<Allowed["permit"]> {
  const authorized = await enforcer.authorize({ ...call, tool: "ping" });
  if (authorized.kind !== "allow") throw new Error(authorized.kind);
  return authorized.permit;
}

function codesOf(ran: { readonly kind: string; readonly decision: Allowed["decision"] }): unknown {
  return [ran.kind, ...ran.decision.reasons.map(({ code }) => code)];
}

const shout = defineObligation({
  type: "shout",
  phase: "after",
  parameters: { type: "object", properties: {} },
  transform: (value) => ({ value: String(value).toUpperCase(), report: { shouted: 1 } }),
  transformStream: async function* (stream) {
    for await (const piece of stream) yield String(piece).toUpperCase();
  },
});
const whole = defineObligation({
  type: "whole",
  phase: "after",
  parameters: { type: "object" },
  transform: (value) => ({ value }),
});

describe("a permit", () => {
  test("runs the tool once, with the frozen arguments that were decided on", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const permit = await permitOf(enforcer);
    const execute = vi.fn<(args: object) => unknown>((args) => Object.isFrozen(args) && args);
    const ran = await enforcer.execute(permit, ping(execute));
    expect(ran).toMatchObject({ kind: "done", result: { n: 1 } });
    expect(codesOf(await enforcer.execute(permit, ping(execute)))).toEqual([
      "deny",
      "engine:permit_invalid",
    ]);
    expect(execute).toHaveBeenCalledTimes(1);
  });

  test("of two runs at the same time one is refused", async () => {
    const enforcer = new Stage().enforcer();
    const permit = await permitOf(enforcer);
    const execute = vi.fn<() => number>(() => 1);
    const runs = await Promise.all([
      enforcer.execute(permit, ping(execute)),
      enforcer.execute(permit, ping(execute)),
    ]);
    expect(runs.map(({ kind }) => kind).toSorted()).toEqual(["deny", "done"]);
    expect(execute).toHaveBeenCalledTimes(1);
  });

  test("of another Enforcer, of another copy of the module, and a literal are invalid", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const path = "../../src/enforcement/create-enforcer.ts?copy";
    const copy = (await import(path)) as { createEnforcer: (parts: object) => Enforcer };
    const { keys, audit, clock } = stage;
    const parts = { keys, audit, clock, policy: { current: () => stage.current() } };
    const execute = vi.fn<() => number>(() => 1);
    for (const foreign of [
      await permitOf(stage.enforcer()),
      await permitOf(copy.createEnforcer(parts)),
      { target: "ping" } as never,
    ]) {
      expect(codesOf(await enforcer.execute(foreign, ping(execute)))).toEqual([
        "deny",
        "engine:permit_invalid",
      ]);
    }
    expect(execute).not.toHaveBeenCalled();
  });

  test("does not outlive the key", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const permit = await permitOf(enforcer);
    stage.rejected.set("ada", "key:revoked");
    expect(
      codesOf(
        await enforcer.execute(
          permit,
          ping(() => 1),
        ),
      ),
    ).toEqual(["deny", "key:revoked"]);
    expect(stage.of("outcome")).toMatchObject([{ status: "refused", codes: ["key:revoked"] }]);
  });

  test("does not outlive what opened the tool to the key", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const permit = await permitOf(enforcer);
    Object.assign(stage.principal("ada").key, { scopes: [] });
    expect(
      codesOf(
        await enforcer.execute(
          permit,
          ping(() => 1),
        ),
      ),
    ).toEqual(["deny", "scope:missing"]);
  });

  test("lives for 30 seconds", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const permit = await permitOf(enforcer);
    stage.clock.ms += 30_000;
    expect(
      codesOf(
        await enforcer.execute(
          permit,
          ping(() => 1),
        ),
      ),
    ).toEqual(["deny", "engine:permit_invalid"]);
  });
});

describe("a tool", () => {
  test("has decision and outcome in the log under one id", async () => {
    const stage = new Stage();
    const ran = await stage.enforcer().run(
      call,
      ping(() => 1),
    );
    expect(ran.kind).toBe("done");
    const [decision, outcome] = stage.entries;
    expect(outcome).toMatchObject({
      type: "outcome",
      status: "succeeded",
      decisionId: decision?.id,
    });
  });

  test("that throws throws the very same error, and leaves an outcome", async () => {
    const stage = new Stage();
    const error = new RangeError("no such dataset");
    const run = stage.enforcer().run(
      call,
      ping(() => Promise.reject(error)),
    );
    await expect(run).rejects.toBe(error);
    expect(stage.of("outcome")).toMatchObject([{ status: "failed" }]);
    expect(JSON.stringify(stage.entries)).not.toContain("no such dataset");
  });

  test("whose error is a signal of the framework was interrupted", async () => {
    const stage = new Stage();
    const signal = { interrupt: true };
    const body = { ...ping(() => Promise.reject(signal as never)), isSignal: () => true };
    await expect(stage.enforcer().run(call, body)).rejects.toBe(signal);
    expect(stage.of("outcome")).toMatchObject([{ status: "interrupted" }]);
  });

  test("of an aborted call does not run, and the reason is thrown", async () => {
    const stage = new Stage();
    const execute = vi.fn<() => number>(() => 1);
    const reason = new Error("stop");
    const run = stage.enforcer().run({ ...call, signal: AbortSignal.abort(reason) }, ping(execute));
    await expect(run).rejects.toBe(reason);
    expect(execute).not.toHaveBeenCalled();
    expect(stage.of("outcome")).toMatchObject([{ status: "aborted" }]);
  });

  test("whose outcome cannot be written down has its result withheld", async () => {
    const stage = new Stage();
    const ran = await stage.enforcer().run(
      call,
      ping(() => {
        stage.auditFault = () => ({ kind: "unavailable", reason: "full" });
        return "secret";
      }),
    );
    expect(codesOf(ran)).toEqual(["deny", "engine:audit_unavailable"]);
    expect(JSON.stringify(ran)).not.toContain("secret");
  });

  test("has its principal at hand, and parallel calls do not mix", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const seen = await Promise.all(
      ["ada", "bob", "carol"].map(async (owner) => {
        const ran = await enforcer.run(
          { token: `token-${owner}` },
          ping(async () => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            return enforcer.currentPrincipal()?.subject.id ?? "nobody";
          }),
        );
        return ran.kind === "done" ? ran.result : ran.kind;
      }),
    );
    expect(seen).toEqual(["ada", "bob", "carol"]);
    expect(enforcer.currentPrincipal()).toBeUndefined();
  });

  test("gets what fromPolicyArgs makes of the arguments that were decided on", async () => {
    const stage = new Stage();
    const ran = await stage.enforcer().run(
      {
        token: "token-ada",
        args: { since: new Date(5) },
        arguments: {
          toPolicyArgs: (args) => ({ since: (args as { since: Date }).since.toISOString() }),
          fromPolicyArgs: ({ since }) => ({ since: new Date(since as string) }),
        },
      },
      ping((args) => (args as unknown as { since: Date }).since.getTime()),
    );
    expect(ran).toMatchObject({ kind: "done", result: 5 });
    expect(stage.requests[0]?.args).toEqual({ since: "1970-01-01T00:00:00.005Z" });
  });

  test("whose schema changes arguments each time is not run", async () => {
    const stage = new Stage();
    const execute = vi.fn<() => number>(() => 1);
    const ran = await stage
      .enforcer()
      .run({ ...call, arguments: { parse: exclaimed } }, ping(execute));
    expect(codesOf(ran)).toEqual(["deny", "engine:args_unparseable"]);
    expect(execute).not.toHaveBeenCalled();
  });

  test("gets the defaults of its schema, and the policy sees them", async () => {
    const stage = new Stage();
    const ran = await stage.enforcer().run(
      { ...call, arguments: { parse: withLimit } },
      ping((args) => args),
    );
    expect(ran).toMatchObject({ result: { n: 1, limit: 5 } });
    expect(stage.requests[0]?.args).toEqual({ n: 1, limit: 5 });
  });
});

describe("obligations", () => {
  test("transform the result, and what they did is in the outcome", async () => {
    const stage = dutiful("shout");
    const ran = await stage.enforcer({ obligations: [shout] }).run(
      call,
      ping(() => "quiet"),
    );
    expect(ran).toMatchObject({ result: "QUIET" });
    expect(stage.of("outcome")).toMatchObject([{ obligations: [{ type: "shout", shouted: 1 }] }]);
  });

  test("reach into a result by its parts", async () => {
    const stage = dutiful("shout");
    const message = { content: "quiet", id: "m1" };
    const body: ToolBody<typeof message> = {
      ...ping(() => message),
      parts: async (result, transform) => ({
        ...result,
        content: String(await transform(result.content)),
      }),
    };
    const ran = await stage.enforcer({ obligations: [shout] }).run(call, body);
    expect(ran).toMatchObject({ result: { content: "QUIET", id: "m1" } });
  });

  test("before the tool come in their order, and one that fails keeps it from running", async () => {
    const order: string[] = [];
    const duty = (type: string, position: number, fails = false): BeforeObligation =>
      defineObligation({
        type,
        phase: "before",
        order: position,
        parameters: { type: "object" },
        fulfil: () => {
          order.push(type);
          if (fails) throw new Error("no");
        },
      });
    const stage = dutiful("late", "early", "failing");
    const execute = vi.fn<() => number>(() => 1);
    const obligations = [duty("late", 2), duty("early", 1), duty("failing", 3, true)];
    const ran = await stage.enforcer({ obligations }).run(call, ping(execute));
    expect(order).toEqual(["early", "late", "failing"]);
    expect(codesOf(ran)).toEqual(["deny", "engine:obligation_failed"]);
    expect(execute).not.toHaveBeenCalled();
    expect(stage.of("outcome")).toMatchObject([
      { status: "refused", codes: ["engine:obligation_failed"] },
    ]);
  });

  test("before the tool take their time: a key that is revoked meanwhile does not run it", async () => {
    const stage = dutiful("slow");
    const slow = defineObligation({
      type: "slow",
      phase: "before",
      parameters: { type: "object" },
      fulfil: () => void stage.rejected.set("ada", "key:revoked"),
    });
    const execute = vi.fn<() => number>(() => 1);
    const ran = await stage.enforcer({ obligations: [slow] }).run(call, ping(execute));
    expect(codesOf(ran)).toEqual(["deny", "key:revoked"]);
    expect(execute).not.toHaveBeenCalled();
  });

  test.for<readonly [string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["is late", () => new Promise(() => undefined)],
    ["answers nothing", () => undefined],
    ["answers without a value", () => ({})],
    ["reports what is no JSON", () => ({ value: 1, report: { at: new Date() } })],
  ])("on a result: one that %s withholds it", async ([, transform]) => {
    const failing = defineObligation({
      type: "failing",
      phase: "after",
      parameters: { type: "object" },
      deadlineMs: 20,
      transform: transform as never,
    });
    const stage = dutiful("failing");
    const ran = await stage.enforcer({ obligations: [failing] }).run(
      call,
      ping(() => "secret"),
    );
    expect(codesOf(ran)).toEqual(["deny", "engine:obligation_failed"]);
    expect(stage.of("outcome")).toMatchObject([{ status: "withheld" }]);
  });

  test("on pieces: a duty that knows only whole results withholds them", async () => {
    const stage = dutiful("whole");
    const ran = await stage.enforcer({ obligations: [whole] }).run(
      call,
      ping(async function* () {
        yield await Promise.resolve("secret");
      }),
    );
    expect(codesOf(ran)).toEqual(["deny", "engine:obligation_failed"]);
  });
});

describe("a result that comes piece by piece", () => {
  test("is transformed on its way, and its outcome is written at its end", async () => {
    const stage = new Stage();
    stage.answer = () => ({ ...allow, obligations: [{ type: "shout" }] });
    const stream = await streamed(stage, pieces, stage.enforcer({ obligations: [shout] }));
    expect(stage.of("outcome")).toEqual([]);
    expect(await piecesOf(stream)).toEqual(["A", "B", "C"]);
    expect(stage.of("outcome")).toMatchObject([{ status: "succeeded" }]);
  });

  test("has its principal at hand at each step", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const stream = await streamed(
      stage,
      async function* () {
        yield enforcer.currentPrincipal()?.subject.id ?? "nobody";
        await Promise.resolve();
        yield enforcer.currentPrincipal()?.subject.id ?? "nobody";
      },
      enforcer,
    );
    expect(await piecesOf(stream)).toEqual(["ada", "ada"]);
  });

  test("that is left early ends its source, and is aborted", async () => {
    const stage = new Stage();
    const ended = vi.fn<() => void>();
    const stream = await streamed(stage, async function* () {
      try {
        yield* pieces();
      } finally {
        ended();
      }
    });
    for await (const piece of stream) if (piece === "a") break;
    expect(ended).toHaveBeenCalledTimes(1);
    expect(stage.of("outcome")).toMatchObject([{ status: "aborted" }]);
  });

  test("whose tool fails midway throws the very same error", async () => {
    const stage = new Stage();
    const error = new Error("lost");
    const stream = await streamed(stage, async function* () {
      yield await Promise.resolve("a");
      throw error;
    });
    await expect(piecesOf(stream)).rejects.toBe(error);
    expect(stage.of("outcome")).toMatchObject([{ status: "failed" }]);
  });

  test("whose duty fails midway is withheld from there on", async () => {
    const stage = new Stage();
    stage.answer = () => ({ ...allow, obligations: [{ type: "brittle" }] });
    const brittle = defineObligation({
      type: "brittle",
      phase: "after",
      parameters: { type: "object" },
      transform: (value) => ({ value }),
      transformStream: async function* (stream) {
        for await (const piece of stream) {
          if (piece === "b") throw new Error("no");
          yield piece;
        }
      },
    });
    const stream = await streamed(stage, pieces, stage.enforcer({ obligations: [brittle] }));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const piece of stream) seen.push(piece);
    })();
    await expect(reading).rejects.toSatisfy((error) => EnforcerError.is(error));
    expect(seen).toEqual(["a"]);
    expect(stage.of("outcome")).toMatchObject([{ status: "withheld" }]);
  });
});

const reserved: Limiter["reserve"] = async () =>
  await Promise.resolve({ kind: "reserved", id: "r1" });

describe("limits", () => {
  test("are settled when the tool ran, whatever came of it", async () => {
    const stage = new Stage();
    const limiter = counting(reserved);
    const enforcer = stage.enforcer({ limiter });
    await enforcer.run(
      call,
      ping(() => 1),
    );
    await enforcer
      .run(
        call,
        ping(() => Promise.reject(new Error("lost"))),
      )
      .catch(() => undefined);
    expect(limiter.done).toEqual(["settled r1", "settled r1"]);
  });

  test("are released when it did not", async () => {
    const stage = new Stage();
    const limiter = counting(reserved);
    stage.answer = () => ({ ...allow, obligations: [{ type: "notify", channel: "security" }] });
    await stage.enforcer({ limiter }).run(
      call,
      ping(() => 1),
    );
    expect(limiter.done).toEqual(["released r1"]);
  });

  test("that are used up deny with the limiter's code", async () => {
    const limiter = counting(
      async () => await Promise.resolve({ kind: "refused", reason: { code: "too_many" } }),
    );
    const ran = await new Stage().enforcer({ limiter }).run(
      call,
      ping(() => 1),
    );
    expect(codesOf(ran)).toEqual(["deny", "too_many"]);
  });

  test.for<readonly [string, () => unknown]>([
    ["rejects", () => Promise.reject(new Error("down"))],
    ["is late", () => new Promise(() => undefined)],
    ["answers nothing", () => Promise.resolve(undefined)],
    ["uses a reserved code", () => Promise.resolve({ kind: "refused", reason: { code: "key:x" } })],
  ])("a limiter that %s denies", async ([, reserve]) => {
    const limiter = counting(reserve as Limiter["reserve"]);
    const enforcer = new Stage().enforcer({ limiter, bounds: { portMs: 20 } });
    expect(
      codesOf(
        await enforcer.run(
          call,
          ping(() => 1),
        ),
      ),
    ).toEqual(["deny", "engine:limit_unavailable"]);
  });
});

function dutiful(...types: readonly string[]): Stage {
  const stage = new Stage();
  stage.answer = () => ({ ...allow, obligations: types.map((type) => ({ type })) });
  return stage;
}

async function* pieces(): AsyncGenerator<string> {
  for (const piece of ["a", "b", "c"]) yield await Promise.resolve(piece);
}

async function streamed(
  stage: Stage,
  source: () => AsyncIterable<string>,
  enforcer: Enforcer = stage.enforcer(),
): Promise<AsyncIterable<string>> {
  const ran = await enforcer.run(call, ping(source));
  if (ran.kind !== "done") throw new Error(ran.kind);
  return ran.result;
}

function counting(reserve: Limiter["reserve"]): Limiter & { readonly done: string[] } {
  const done: string[] = [];
  const end = (what: string) => async (id: string) => {
    done.push(`${what} ${id}`);
    await Promise.resolve();
  };
  return { reserve, settle: end("settled"), release: end("released"), done };
}

function exclaimed({ n }: { readonly n?: unknown }): object {
  return { n: `${String(n)}!` };
}

function withLimit(args: object): object {
  return { limit: 5, ...args };
}
