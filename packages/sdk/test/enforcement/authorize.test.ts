import { describe, expect, test } from "vitest";
import type { Authorization, ToolCall } from "@scopeward/sdk";
import { allow, ask, catalogueOf, deny, Stage } from "./stage.ts";

function codesOf(authorized: Authorization): readonly string[] {
  return authorized.decision.reasons.map(({ code }) => code);
}

function query(args: unknown = { dataset: "sales" }): ToolCall {
  return { token: "token-ada", tool: "query", args };
}

describe("who calls", () => {
  test("is verified, and the policy sees the key as it was verified", async () => {
    const stage = new Stage();
    const authorized = await stage.enforcer().authorize(query());
    expect(authorized.kind).toBe("allow");
    expect(stage.requests).toEqual([
      {
        phase: "call",
        subject: { type: "user", id: "ada" },
        key: { id: "key-of-ada", audience: "internal", scopes: ["all:use"] },
        action: { type: "tool", name: "query" },
        resource: { type: "dataset", id: "sales" },
        args: { dataset: "sales" },
        context: { time: "2026-01-31T12:00:00.000Z", tenant: "acme" },
      },
    ]);
  });

  test("a token that is none is counted, not written down one by one", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    for (let count = 0; count < 50; count++) {
      const authorized = await enforcer.authorize({ token: "junk", tool: "query" });
      expect(codesOf(authorized)).toEqual(["key:malformed"]);
      expect(authorized).not.toHaveProperty("decisionId");
    }
    expect(stage.entries).toEqual([]);
    stage.clock.ms += 60_000;
    await enforcer.authorize({ token: "junk", tool: "query" });
    expect(stage.entries).toMatchObject([
      { event: "callers_rejected", counts: { "key:malformed": 50 } },
    ]);
    await enforcer.close();
    expect(stage.entries).toHaveLength(2);
  });

  test("a revoked key is written down, because only its holder can cause that", async () => {
    const stage = new Stage();
    stage.rejected.set("ada", "key:revoked");
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual(["key:revoked"]);
    expect(stage.entries).toMatchObject([
      { type: "decision", effect: "deny", codes: ["key:revoked"], keyId: "key-of-ada" },
    ]);
    expect(stage.requests).toEqual([]);
  });

  test("is one: a principal beside a token is refused", async () => {
    const stage = new Stage();
    const both = { principal: stage.principal("bob"), token: "token-ada", tool: "ping" };
    const authorized = await stage.enforcer().authorize(both as never);
    expect(codesOf(authorized)).toEqual(["key:malformed"]);
  });

  test("a literal, a copy and nothing are no principal", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    const copy = { ...stage.principal("ada") };
    for (const principal of [copy, {}, undefined, null, "ada"]) {
      const authorized = await enforcer.authorize({ principal, tool: "ping" } as never);
      expect(codesOf(authorized)).toEqual(["key:malformed"]);
    }
  });

  test("that a call names nobody is said, as the code is that of a bad token too", async () => {
    const enforcer = new Stage().enforcer();
    const reasonOf = async (caller: object): Promise<unknown> =>
      (await enforcer.authorize({ ...caller, tool: "ping" } as never)).decision.reasons[0];
    const said = { code: "key:malformed", message: expect.stringContaining("`token`") as string };
    expect(await reasonOf({})).toEqual(said);
    expect(await reasonOf({ principal: undefined, token: undefined })).toEqual(said);
    expect(await reasonOf({ token: "junk" })).toEqual({ code: "key:malformed" });
    expect(await reasonOf({ principal: {} })).toEqual({ code: "key:malformed" });
  });

  test.for<readonly [string, () => unknown]>([
    ["rejects", () => Promise.reject(new Error("down"))],
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["is late", () => new Promise(() => undefined)],
    ["answers nothing", () => Promise.resolve(undefined)],
    ["answers a code of nobody", () => Promise.resolve({ outcome: "rejected", code: "fine" })],
    ["verifies nobody", () => Promise.resolve({ outcome: "verified" })],
    ["answers something else", () => Promise.resolve({ outcome: "allowed", principal: {} })],
  ])("a verifier that %s denies", async ([, verify]) => {
    const stage = new Stage();
    const keys = { verify, reverify: verify } as never;
    const enforcer = stage.enforcer({ keys, bounds: { portMs: 20 } });
    expect(codesOf(await enforcer.authorize(query()))).toEqual(["key:store_unavailable"]);
  });
});

describe("what is asked", () => {
  test.for<readonly [string, unknown]>([
    ["a getter", Object.defineProperty({}, "dataset", { get: () => "sales", enumerable: true })],
    ["a proxy", new Proxy({ dataset: "sales" }, {})],
    [
      "a class",
      new (class Query {
        dataset = "sales";
      })(),
    ],
    ["a date", { dataset: "sales", since: new Date(0) }],
    ["a prototype key", JSON.parse('{"dataset": "sales", "__proto__": {"dataset": "payroll"}}')],
    ["a text", "select 1"],
    ["a list", ["sales"]],
  ])("arguments that are %s are refused before the policies", async ([, args]) => {
    const stage = new Stage();
    const authorized = await stage.enforcer().authorize(query(args));
    expect(codesOf(authorized)).toEqual(["engine:args_unparseable"]);
    expect(stage.requests).toEqual([]);
    expect(stage.of("decision")).toMatchObject([{ codes: ["engine:args_unparseable"] }]);
  });

  test("arguments that are too large are refused", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer({ bounds: { argsBytes: 100 } });
    const authorized = await enforcer.authorize(query({ dataset: "x".repeat(200) }));
    expect(codesOf(authorized)).toEqual(["engine:input_too_large"]);
  });

  test.for([{}, { dataset: "" }, { dataset: null }, { dataset: 1.5 }, { dataset: ["sales"] }])(
    "a resource that %j does not name is underived",
    async (args) => {
      const stage = new Stage();
      const authorized = await stage.enforcer().authorize(query(args));
      expect(codesOf(authorized)).toEqual(["engine:resource_underived"]);
    },
  );

  test("a whole number is an id by its decimal text", async () => {
    const stage = new Stage();
    await stage.enforcer().authorize(query({ dataset: 42 }));
    expect(stage.requests[0]?.resource).toEqual({ type: "dataset", id: "42" });
  });

  test("an inherited member names no resource", async () => {
    const stage = new Stage();
    stage.catalogue = catalogueOf({ query: { type: "dataset", from: "/constructor/name" } });
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual([
      "engine:resource_underived",
    ]);
  });

  test.for(["", "x".repeat(2_000), "\ud800", 7, undefined])(
    "%j is no tool's name",
    async (tool) => {
      const stage = new Stage();
      const authorized = await stage.enforcer().authorize({ ...query(), tool } as never);
      expect(codesOf(authorized)).toEqual(["engine:input_invalid"]);
    },
  );

  test("a tool that no scope names is unknown, whatever the policies say", async () => {
    const stage = new Stage();
    for (const tool of ["drop", "constructor", "QUERY", "query ", "quеry"]) {
      expect(codesOf(await stage.enforcer().authorize({ ...query(), tool }))).toEqual([
        "scope:unknown",
      ]);
    }
  });

  test("the key's own limits hold, whatever the policies say", async () => {
    const stage = new Stage();
    stage.principal("ada", ["other:use"]);
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual(["scope:missing"]);
  });

  test("a token in a name is not written down", async () => {
    const stage = new Stage();
    const token = `sward_int_${"a".repeat(12)}_${"b".repeat(43)}${"c".repeat(6)}`;
    await stage.enforcer().authorize({ ...query(), tool: token, callId: token, session: token });
    expect(JSON.stringify(stage.entries)).not.toContain("sward_");
  });
});

describe("what the policies answer", () => {
  test.for<readonly [string, () => unknown, string]>([
    [
      "throws",
      () => {
        throw new Error("trap");
      },
      "engine:evaluation_failed",
    ],
    ["rejects", () => Promise.reject(new Error("trap")), "engine:evaluation_failed"],
    ["never answers", () => new Promise(() => undefined), "engine:timeout"],
    ["answers nothing", () => undefined, "engine:output_malformed"],
    ["answers true", () => true, "engine:output_malformed"],
    [
      "answers an effect of its own",
      () => ({ ...allow, effect: "permit" }),
      "engine:output_malformed",
    ],
    [
      "allows with a reason",
      () => ({ ...allow, reasons: [{ code: "x" }] }),
      "engine:output_malformed",
    ],
    ["denies without a reason", () => ({ ...allow, effect: "deny" }), "engine:output_malformed"],
    [
      "leaves the obligations out",
      () => ({ effect: "allow", reasons: [] }),
      "engine:output_malformed",
    ],
    ["adds a member", () => ({ ...allow, allowed: true }), "engine:output_malformed"],
    ["rewrites to a list", () => ({ ...allow, args: [] }), "engine:output_malformed"],
    ["is a proxy", () => new Proxy({ ...allow }, {}), "engine:output_malformed"],
    [
      "hides a getter",
      () => ({
        ...allow,
        get args() {
          return {};
        },
      }),
      "engine:output_malformed",
    ],
  ])("a policy that %s denies", async ([, answer, code]) => {
    const stage = new Stage();
    stage.answer = answer;
    const authorized = await stage.enforcer({ bounds: { portMs: 20 } }).authorize(query());
    expect(authorized.kind).toBe("deny");
    expect(codesOf(authorized)).toEqual([code]);
  });

  test("no policy, a fault of the point that gives it, and a closed Enforcer are no_bundle", async () => {
    const stage = new Stage();
    const none = stage.enforcer({ policy: { current: () => undefined } });
    const faulty = stage.enforcer({
      policy: {
        current: () => {
          throw new Error("gone");
        },
      },
    });
    const closed = stage.enforcer();
    await closed.close();
    for (const enforcer of [none, faulty, closed]) {
      expect(codesOf(await enforcer.authorize(query()))).toEqual(["engine:no_bundle"]);
    }
  });

  test("rewritten arguments are decided on once more, and the tool gets them", async () => {
    const stage = new Stage();
    stage.answer = ({ args }) =>
      args?.["limit"] === undefined ? { ...allow, args: { ...args, limit: 10 } } : allow;
    const authorized = await stage.enforcer().authorize(query());
    expect(authorized).toMatchObject({ kind: "allow", args: { dataset: "sales", limit: 10 } });
    expect(stage.requests.map(({ args }) => args)).toEqual([
      { dataset: "sales" },
      { dataset: "sales", limit: 10 },
    ]);
  });

  test("a resource is derived anew from rewritten arguments", async () => {
    const stage = new Stage();
    stage.answer = ({ resource, args }) =>
      resource?.id === "sales"
        ? { ...allow, args: { ...args, dataset: "payroll" } }
        : deny("closed");
    const authorized = await stage.enforcer().authorize(query());
    expect(codesOf(authorized)).toEqual(["closed"]);
    expect(stage.requests.map(({ resource }) => resource?.id)).toEqual(["sales", "payroll"]);
  });

  test("arguments that are rewritten anew each time are unstable", async () => {
    const stage = new Stage();
    stage.answer = ({ args }) => ({
      ...allow,
      args: { ...args, count: Number(args?.["count"] ?? 0) + 1 },
    });
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual(["engine:args_unstable"]);
  });

  test("policies that change in between decide anew, and endlessly changing ones deny", async () => {
    const stage = new Stage();
    let decided = 0;
    stage.answer = () => {
      if (++decided === 1) stage.revision = "sha256:2";
      return decided === 1 ? allow : deny("closed");
    };
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual(["closed"]);
    stage.answer = () => {
      stage.revision = `sha256:${++decided}`;
      return allow;
    };
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual([
      "engine:evaluation_failed",
    ]);
  });

  test("a question without anybody to ask is a deny", async () => {
    const stage = new Stage();
    stage.answer = () => ask("large");
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual([
      "engine:approval_unavailable",
    ]);
  });

  test("missing scopes go with the deny", async () => {
    const stage = new Stage();
    stage.answer = () => ({ ...deny("scope:missing"), missingScopes: ["all:use"] });
    const authorized = await stage.enforcer().authorize(query());
    expect(authorized.decision.missingScopes).toEqual(["all:use"]);
    expect(stage.entries).toMatchObject([{ missingScopes: ["all:use"] }]);
  });

  test.for<readonly [string, object, string]>([
    ["an obligation that nobody carries out", { type: "stamp" }, "engine:obligation_unknown"],
    [
      "parameters that do not fit",
      { type: "redact_result", fields: "all" },
      "engine:obligation_failed",
    ],
  ])("%s denies before anything is written as allowed", async ([, obligation, code]) => {
    const stage = new Stage();
    stage.answer = () => ({ ...allow, obligations: [obligation] });
    expect(codesOf(await stage.enforcer().authorize(query()))).toEqual([code]);
    expect(stage.of("decision")).toMatchObject([{ effect: "deny", codes: [code] }]);
  });
});

describe("the audit log", () => {
  test("has who, with which key, what, and why, and no argument", async () => {
    const stage = new Stage();
    await stage
      .enforcer()
      .authorize({ ...query({ dataset: "sales", secret: "hush" }), callId: "c1" });
    expect(stage.entries).toMatchObject([
      {
        type: "decision",
        tenant: "acme",
        event: "tool_call",
        keyId: "key-of-ada",
        subject: { type: "user", id: "ada" },
        action: { type: "tool", name: "query" },
        resource: { type: "dataset", id: "sales" },
        effect: "allow",
        codes: [],
        scopes: ["all:use"],
        revision: "sha256:1",
        callId: "c1",
      },
    ]);
    expect(JSON.stringify(stage.entries)).not.toContain("hush");
  });

  test.for<readonly [string, () => unknown]>([
    ["is full", () => ({ kind: "unavailable", reason: "full" })],
    ["rejects", () => Promise.reject(new TypeError("no JSON"))],
    ["is late", () => new Promise(() => undefined)],
    ["answers nothing", () => undefined],
  ])("a log that %s denies, and there is no permit", async ([, fault]) => {
    const stage = new Stage();
    stage.auditFault = fault;
    const authorized = await stage.enforcer({ bounds: { portMs: 20 } }).authorize(query());
    expect(authorized.kind).toBe("deny");
    expect(codesOf(authorized)).toEqual(["engine:audit_unavailable"]);
  });
});

describe("a model call", () => {
  test("is decided with the model as resource and its parameters as arguments", async () => {
    const stage = new Stage();
    stage.answer = () => ({
      ...allow,
      obligations: [
        { type: "max_output_tokens", limit: 900 },
        { type: "max_output_tokens", limit: 400 },
      ],
    });
    const authorized = await stage
      .enforcer()
      .authorizeModel({ token: "token-ada", model: "atlas", args: { max_tokens: 1_000 } });
    expect(authorized).toMatchObject({ kind: "allow", maxOutputTokens: 400 });
    expect(stage.requests).toMatchObject([
      {
        action: { type: "model", name: "chat" },
        resource: { type: "model", id: "atlas" },
        args: { max_tokens: 1_000 },
      },
    ]);
  });

  test("a model that no scope names is unknown", async () => {
    const stage = new Stage();
    const authorized = await stage
      .enforcer()
      .authorizeModel({ token: "token-ada", model: "atlas-2" });
    expect(codesOf(authorized)).toEqual(["scope:unknown"]);
  });
});
