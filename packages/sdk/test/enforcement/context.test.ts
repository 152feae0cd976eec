import type { ContextProvider, Normaliser } from "@scopeward/sdk";
import { describe, expect, test } from "vitest";
import { catalogueOf, Stage } from "./stage.ts";

const call = { token: "token-ada", tool: "ping", args: { n: 1 } } as const;

async function codesOf(stage: Stage, parts: object): Promise<readonly string[]> {
  const authorized = await stage.enforcer(parts).authorize(call);
  return authorized.decision.reasons.map(({ code }) => code);
}

describe("context providers", () => {
  const directory: ContextProvider = {
    name: "directory",
    provide: ({ principal }) => ({
      facts: { floor: 3 },
      subject: { groups: [principal.subject.id] },
    }),
  };

  test("give facts under their name, and properties of the subject", async () => {
    const stage = new Stage();
    await stage.enforcer({ contextProviders: [directory] }).authorize(call);
    expect(stage.requests[0]).toMatchObject({
      subject: { properties: { groups: ["ada"] } },
      context: { facts: { directory: { floor: 3 } } },
    });
  });

  test("win over what the application says, also by silence about their own facts", async () => {
    const stage = new Stage();
    const silent: ContextProvider = { name: "silent", provide: () => undefined };
    await stage.enforcer({ contextProviders: [directory, silent] }).authorize({
      ...call,
      facts: { directory: { floor: 9 }, silent: true, tainted: true },
      subjectProperties: { groups: ["admins"], desk: 4 },
    });
    expect(stage.requests[0]).toMatchObject({
      subject: { properties: { groups: ["ada"], desk: 4 } },
      context: { facts: { directory: { floor: 3 }, tainted: true } },
    });
    expect(stage.requests[0]?.context.facts).not.toHaveProperty("silent");
  });

  test("never make time, address, key or actors", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    await enforcer.authorize({
      ...call,
      context: { time: "2000-01-01T00:00:00Z", ip: "10.0.0.1" },
      key: { id: "other" },
      actors: [{ type: "agent", id: "x" }],
    } as never);
    expect(stage.requests[0]).toMatchObject({
      key: { id: "key-of-ada" },
      context: { time: "2026-01-31T12:00:00.000Z" },
    });
    expect(stage.requests[0]).not.toHaveProperty("actors");
    expect(stage.requests[0]?.context).not.toHaveProperty("ip");
  });

  test.for<readonly [string, ContextProvider["provide"]]>([
    ["rejects", () => Promise.reject(new Error("down"))],
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["is late", () => new Promise(() => undefined)],
    ["says too much", () => ({ facts: "x".repeat(20_000) })],
    ["says what is no JSON", () => ({ facts: new Date() as never })],
    ["says more than it may", () => ({ facts: 1, key: { scopes: ["**"] } }) as never],
    ["says nothing of its kind", () => "admin" as never],
    ["gives a subject that is none", () => ({ subject: ["admins"] as never })],
  ])("one that %s denies the call", async ([, provide]) => {
    const broken: ContextProvider = { name: "broken", deadlineMs: 20, provide };
    const stage = new Stage();
    expect(await codesOf(stage, { contextProviders: [broken] })).toEqual(["engine:context_failed"]);
    expect(stage.requests).toEqual([]);
  });

  test("facts of the application that are no JSON deny the call", async () => {
    const enforcer = new Stage().enforcer();
    const authorized = await enforcer.authorize({ ...call, facts: { at: new Date() } as never });
    expect(authorized.decision.reasons).toMatchObject([{ code: "engine:context_failed" }]);
  });

  test("are asked at the same time, with an end to their time", async () => {
    const aborted: string[] = [];
    const slow = (name: string): ContextProvider => ({
      name,
      deadlineMs: 30,
      provide: async (_question, signal) =>
        await new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            aborted.push(name);
            resolve(undefined);
          });
        }),
    });
    const started = performance.now();
    const providers = ["a", "b", "c", "d"].map(slow);
    expect(await codesOf(new Stage(), { contextProviders: providers })).toEqual([
      "engine:context_failed",
    ]);
    expect(aborted.toSorted()).toEqual(["a", "b", "c", "d"]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("normalisers", () => {
  test("give the resource, its properties and facts", async () => {
    const [stage, parts] = withNormaliser(() => ({
      kind: "resource",
      id: "sales",
      properties: { rows: 2 },
      facts: { access: "read" },
    }));
    expect(await codesOf(stage, parts)).toEqual([]);
    expect(stage.requests[0]).toMatchObject({
      resource: { type: "dataset", id: "sales", properties: { rows: 2 } },
      context: { facts: { reader: { access: "read" } } },
    });
  });

  test("whose facts the application cannot replace", async () => {
    const [stage, parts] = withNormaliser(() => ({
      kind: "resource",
      id: "sales",
      facts: { access: "write" },
    }));
    await stage.enforcer(parts).authorize({ ...call, facts: { reader: { access: "read" } } });
    expect(stage.requests[0]?.context.facts).toEqual({ reader: { access: "write" } });
  });

  test.for<readonly [string, Normaliser["normalise"]]>([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["says that it cannot tell", () => ({ kind: "underived", detail: "reads too much" })],
    ["answers late", () => Promise.resolve({ kind: "resource", id: "sales" }) as never],
    ["answers nothing", () => undefined as never],
    ["gives an empty id", () => ({ kind: "resource", id: "" })],
    ["gives a number", () => ({ kind: "resource", id: 7 }) as never],
    ["gives facts that are none", () => ({ kind: "resource", id: "x", facts: [] }) as never],
  ])("one that %s leaves the resource underived", async ([, normalise]) => {
    const [stage, parts] = withNormaliser(normalise);
    expect(await codesOf(stage, parts)).toEqual(["engine:resource_underived"]);
  });

  test("one that is not there leaves the resource underived", async () => {
    const [stage] = withNormaliser(() => ({ kind: "resource", id: "sales" }));
    expect(await codesOf(stage, {})).toEqual(["engine:resource_underived"]);
  });

  test("are made ready before the first call that needs them, and tried again", async () => {
    let attempts = 0;
    const ready = async (): Promise<void> => {
      await Promise.resolve();
      if (++attempts === 1) throw new Error("no");
    };
    const [stage, parts] = withNormaliser(() => ({ kind: "resource", id: "sales" }), { ready });
    const enforcer = stage.enforcer(parts);
    for (let count = 0; count < 3; count++) await enforcer.authorize(call);
    expect(attempts).toBe(2);
  });

  test("that no policy names are not made ready", async () => {
    let attempts = 0;
    const unused = {
      name: "unused",
      normalise: () => ({ kind: "underived", detail: "x" }),
      ready: async () => void (await Promise.resolve(++attempts)),
    };
    await codesOf(new Stage(), { normalisers: [unused] });
    expect(attempts).toBe(0);
  });
});

function withNormaliser(normalise: Normaliser["normalise"], more: object = {}): [Stage, object] {
  const stage = new Stage();
  stage.catalogue = catalogueOf({ ping: { type: "dataset", from: "reader" } });
  return [stage, { normalisers: [{ name: "reader", normalise, ...more }] }];
}
