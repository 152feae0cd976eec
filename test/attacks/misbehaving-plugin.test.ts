import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { memoryApprovals } from "@scopeward/approvals";
import type { ApprovalChannel, Limiter, Run } from "@scopeward/sdk";
import type { Configuration } from "scopeward";
import { beforeEach, describe, expect, test } from "vitest";
import { attackedWard, policiesBundle, temporaryFolder } from "./attacked-ward.ts";
import type { AttackedWard, Attempted } from "./attacked-ward.ts";
import probe, { behave, conduct } from "./probe.plugin.ts";

// A plugin that misbehaves. Who: the author of a part that runs in the process, by mistake or on purpose.
// What: to open a call by failing, by never answering, or by an answer of another kind. What holds: each
// part has a deadline and a shape, and whatever is not exactly an answer of that shape denies the call or
// withholds the result. Not defended: code in the process that hangs it, or does what it likes.

beforeEach(behave);

async function probed(configuration: Configuration = {}): Promise<AttackedWard> {
  const policies = join(await temporaryFolder(), "policies.tar.gz");
  await writeFile(policies, await policiesBundle("plugins"));
  return await attackedWard({ policies, plugins: [probe], ...configuration });
}

async function call(ward: AttackedWard, tool: string, answer?: unknown): Promise<Attempted> {
  const token = await ward.token(["probes:use"]);
  return await ward.attempt({ token }, { tool, args: { text: "t", place: "here" } }, answer);
}

type Misconduct = readonly (readonly [string, () => unknown])[];

const throwing = (): never => {
  throw new Error("misbehaves");
};
const rejecting = (): Promise<never> => {
  const rejected = Promise.reject(new Error("misbehaves"));
  // Where a part is synchronous nobody waits for it.
  rejected.catch(() => undefined);
  return rejected;
};
const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const garbage: Misconduct = [
  ["throws", throwing],
  ["rejects", rejecting],
  ["never answers", async () => await new Promise(() => undefined)],
  ["answers a text", () => "allow"],
  ["answers true", () => true],
  ["answers a list", () => [{ value: 1 }]],
  ["answers a function", () => throwing],
  [
    "answers a getter",
    () => Object.defineProperty({}, "kind", { get: throwing, enumerable: true }),
  ],
  ["answers a cycle", () => cyclic],
  ["answers a proxy", () => new Proxy({}, { ownKeys: throwing, has: throwing, get: throwing })],
];

/** What came of calls: of the tool whose part misbehaves, and of one that needs no such part. */
type Aftermath = readonly (readonly [
  way: string,
  ran: number,
  code: string | undefined,
  other: string,
])[];

/** Lets a part misbehave in each way. */
async function aftermath(
  tool: string,
  part: keyof typeof conduct,
  ways: Misconduct,
): Promise<Aftermath> {
  const ward = await probed();
  const found: Aftermath[number][] = [];
  for (const [way, work] of ways) {
    conduct[part] = work as never;
    const { ran, codes } = await call(ward, tool);
    found.push([way, ran.length, codes[0], (await call(ward, "plain")).kind]);
  }
  behave();
  const { kind } = await call(ward, tool);
  return [...found, ["behaves again", 1, undefined, kind]];
}

/** That each call was denied, and nothing else was. */
function denied(ways: Misconduct, code: string, other = "done"): Aftermath {
  const each = ways.map(([way]) => [way, 0, code, other] as const);
  return [...each, ["behaves again", 1, undefined, "done"]];
}

test("a plugin that behaves lets calls run, and does its work", async () => {
  const ward = await probed();
  for (const tool of ["plain", "judged", "prepared", "located"]) {
    expect(await call(ward, tool), tool).toMatchObject({ kind: "done", result: "ran" });
  }
  expect((await call(ward, "stamped")).result).toBe("ran (stamped)");
});

test("a builtin that misbehaves denies", async () => {
  // Undefined is an answer, and its own rule: see the threat model.
  const ways: Misconduct = [
    ...garbage,
    ["answers no number", () => Number.NaN],
    ["answers more than any number", () => Number.POSITIVE_INFINITY],
  ];
  expect(await aftermath("judged", "risk", ways)).toEqual(denied(ways, "engine:builtin_failed"));
});

test("an obligation before the tool that misbehaves denies", async () => {
  const ways: Misconduct = [
    ...garbage,
    ["reports too much", () => ({ text: "x".repeat(100_000) })],
  ];
  expect(await aftermath("prepared", "prepare", ways)).toEqual(
    denied(ways, "engine:obligation_failed"),
  );
});

test("a context provider that misbehaves denies", async () => {
  const ways: Misconduct = [
    ...garbage,
    ["answers null", () => null],
    ["says what it is not asked", () => ({ key: { scopes: ["**"] } })],
    ["says who calls", () => ({ subject: "root" })],
    ["says too much", () => ({ facts: "x".repeat(100_000) })],
  ];
  expect(await aftermath("plain", "provide", ways)).toEqual(
    denied(ways, "engine:context_failed", "deny"),
  );
});

test("a normaliser that misbehaves denies", async () => {
  const ways: Misconduct = [
    ...garbage,
    ["answers nothing", () => undefined],
    ["answers null", () => null],
    ["names nothing", () => ({ kind: "resource", id: "" })],
    ["names a list", () => ({ kind: "resource", id: ["here"] })],
    ["is of another kind", () => ({ kind: "none" })],
    ["says why not, in no words", () => ({ kind: "underived" })],
    ["says too much", () => ({ kind: "resource", id: "here", facts: { x: "x".repeat(100_000) } })],
  ];
  expect(await aftermath("located", "normalise", ways)).toEqual(
    denied(ways, "engine:resource_underived"),
  );
});

async function* secrets(): AsyncGenerator<string> {
  yield "secret";
}

describe("an obligation on a result that misbehaves", () => {
  test("has the result withheld, which the outcome says", async () => {
    const ward = await probed();
    for (const [way, work] of [...garbage, ["answers nothing", () => undefined] as const]) {
      conduct.stamp = work;
      const { result, codes } = await call(ward, "stamped", "secret");
      expect({ result, codes }, way).toEqual({
        result: undefined,
        codes: ["engine:obligation_failed"],
      });
    }
    const outcomes = (await ward.entries()).filter(({ type }) => type === "outcome");
    expect(outcomes.every(({ status }) => status === "withheld")).toBe(true);
    expect(outcomes).toHaveLength(garbage.length + 1);
  });

  test("has a stream withheld, which its outcome says", async () => {
    const ward = await probed();
    // What never answers is no stream to wait for, and a promise is none at all.
    for (const [way, work] of garbage) {
      conduct.stampStream = work;
      const seen: unknown[] = [];
      const { result } = await call(ward, "stamped", secrets());
      const reading = (async () => {
        for await (const piece of (result ?? []) as AsyncIterable<unknown>) seen.push(piece);
      })();
      await reading.catch(() => undefined);
      expect(seen, way).toEqual([]);
    }
    const outcomes = (await ward.entries()).filter(({ type }) => type === "outcome");
    expect(outcomes.map(({ status }) => status)).toEqual(garbage.map(() => "withheld"));
  });
});

/** Bounds that make a part that never answers late soon, and none else. */
const bounds = { enforcer: { portMs: 3_000 } };

async function reserved(): Promise<unknown> {
  return await Promise.resolve({ kind: "reserved", id: "1" });
}

function limiterOf(reserve: () => unknown): Limiter {
  return { reserve, settle: reserved, release: reserved } as Limiter;
}

describe("a limiter that misbehaves", () => {
  test.for<Misconduct[number]>([
    ...garbage,
    ["answers nothing", () => undefined],
    ["reserves without an id", () => ({ kind: "reserved" })],
    ["refuses without a reason", () => ({ kind: "refused" })],
    ["refuses in the engine's name", () => ({ kind: "refused", reason: { code: "engine:x" } })],
  ])("%s, denies", async ([, reserve]) => {
    const ward = await probed({ limiter: limiterOf(reserve), ...bounds });
    const { ran, codes } = await call(ward, "plain");
    expect({ ran, codes }).toEqual({ ran: [], codes: ["engine:limit_unavailable"] });
  });

  test("at the end of a call changes nothing of its result", async () => {
    const limiter = {
      reserve: reserved,
      settle: throwing,
      release: throwing,
    } as unknown as Limiter;
    expect((await call(await probed({ limiter }), "plain")).result).toBe("ran");
  });
});

function channelOf(parts: object): ApprovalChannel {
  return { ...memoryApprovals(), ...parts };
}

describe("an approval channel that misbehaves", () => {
  const yes = {
    verdict: "approve",
    approver: { type: "user", id: "root" },
    at: "2026-01-01T00:00:00Z",
  };

  test.for<Misconduct[number]>([
    ...garbage,
    ["answers nothing", () => undefined],
    ["answers no record", () => ({ kind: "created" })],
    [
      "answers a yes of its own",
      () => ({ kind: "existing", record: { status: "approved", answer: yes } }),
    ],
  ])("and %s when it is asked, denies", async ([, create]) => {
    const ward = await probed({ approvals: channelOf({ create }), ...bounds });
    const { ran, codes } = await call(ward, "asked");
    expect({ ran, codes }).toEqual({ ran: [], codes: ["engine:approval_unavailable"] });
  });

  test.for<readonly [string, (request: object) => object]>([
    ["of another call", (request) => ({ ...request, binding: "b".repeat(43) })],
    ["without an answer", (request) => request],
    ["that was a no", (request) => ({ ...request, answer: { ...yes, verdict: "deny" } })],
    ["from nobody", (request) => ({ ...request, answer: { ...yes, approver: null } })],
    ["at no time", (request) => ({ ...request, answer: { ...yes, at: "now" } })],
  ])("and gives a yes %s, denies", async ([, forge]) => {
    const create = async (request: object): Promise<unknown> => ({
      kind: "existing",
      record: { ...forge(request), status: "approved" },
    });
    const ward = await probed({ approvals: channelOf({ create }) });
    const { ran, kind } = await call(ward, "asked");
    expect({ ran, kind }).toEqual({ ran: [], kind: "deny" });
  });

  test.for<Misconduct[number]>([...garbage, ["answers nothing", () => undefined]])(
    "and %s when a person answers, has no answer",
    async ([, answer]) => {
      const ward = await probed({ approvals: channelOf({ answer }), ...bounds });
      const { approval } = await call(ward, "asked");
      const approver = { token: await ward.token(["approvals:answer"], { owner: "user:grace" }) };
      const said = { id: approval!, verdict: "approve", approver } as const;
      expect((await ward.ward.enforcer.answerApproval(said)).kind).toBe("refused");
    },
  );

  test("and asks the agent itself, has asked nobody", async () => {
    const asked: { token?: string } = {};
    const ask = async (): Promise<unknown> => ({ verdict: "approve", approver: asked });
    const ward = await probed({ approvals: channelOf({ ask }) });
    asked.token = await ward.token(["probes:use"]);
    const run: Run<unknown> = await ward.ward.enforcer.run(
      { token: asked.token },
      { name: "asked", execute: () => expect.unreachable() },
    );
    expect(run.kind).toBe("deny");
  });
});
