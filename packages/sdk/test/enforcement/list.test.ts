import { describe, expect, test } from "vitest";
import { allow, ask, catalogueOf, deny, Stage } from "./stage.ts";

const listing = { token: "token-ada", tools: ["query", "ping", "drop"] } as const;

describe("a list", () => {
  test("offers what is not denied, in the order of what was asked", async () => {
    const stage = new Stage();
    stage.catalogue = catalogueOf({ query: "none", ping: "none" });
    stage.answer = ({ action }) => (action.name === "query" ? ask("large") : allow);
    const listed = await stage.enforcer().list(listing);
    expect(listed).toMatchObject({
      kind: "listed",
      tools: ["query", "ping"],
      hidden: [{ tool: "drop", reasons: [{ code: "scope:unknown" }] }],
    });
  });

  test("is decided at phase list, without arguments", async () => {
    const stage = new Stage();
    await stage.enforcer().list({ ...listing, tools: ["query"] });
    expect(stage.requests).toMatchObject([{ phase: "list", action: { name: "query" } }]);
    expect(stage.requests[0]).not.toHaveProperty("args");
  });

  test("is one entry in the log", async () => {
    const stage = new Stage();
    await stage.enforcer().list(listing);
    expect(stage.entries).toMatchObject([
      { type: "decision", event: "tool_list", asked: 3, offered: ["query", "ping"] },
    ]);
  });

  test("agrees with the call", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer();
    stage.answer = () => deny("closed");
    expect(await enforcer.list(listing)).toMatchObject({ tools: [] });
    const authorized = await enforcer.authorize({ token: "token-ada", tool: "ping" });
    expect(authorized.kind).toBe("deny");
  });

  test.for<readonly [string, (stage: Stage) => void, string]>([
    ["a revoked key", (stage) => void stage.rejected.set("ada", "key:revoked"), "key:revoked"],
    [
      "a log that is full",
      (stage) => (stage.auditFault = () => ({ kind: "unavailable", reason: "full" })),
      "engine:audit_unavailable",
    ],
  ])("with %s is denied", async ([, spoil, code]) => {
    const stage = new Stage();
    spoil(stage);
    expect(await stage.enforcer().list(listing)).toMatchObject({
      kind: "deny",
      decision: { reasons: [{ code }] },
    });
  });

  test("without a principal is denied", async () => {
    const denied = await new Stage().enforcer().list({ tools: ["ping"] } as never);
    expect(denied).toMatchObject({
      kind: "deny",
      decision: { reasons: [{ code: "key:malformed" }] },
    });
  });

  test("with a policy that fails offers nothing", async () => {
    const stage = new Stage();
    stage.answer = () => {
      throw new Error("trap");
    };
    expect(await stage.enforcer().list(listing)).toMatchObject({ kind: "listed", tools: [] });
  });

  test("with a context provider that fails offers nothing", async () => {
    const broken = { name: "broken", provide: () => Promise.reject(new Error("down")) };
    const enforcer = new Stage().enforcer({ contextProviders: [broken] });
    expect(await enforcer.list(listing)).toMatchObject({ tools: [] });
  });

  test("that is none, or endless, is denied", async () => {
    const enforcer = new Stage().enforcer();
    for (const tools of [undefined, Array.from({ length: 10_001 }, () => "ping")]) {
      expect((await enforcer.list({ token: "token-ada", tools } as never)).kind).toBe("deny");
    }
  });
});

test("of many long names has an entry that the log can take", async () => {
  const stage = new Stage();
  const tools = Array.from({ length: 300 }, (_, index) => `${"€".repeat(250)}${index}`);
  stage.catalogue = catalogueOf(Object.fromEntries(tools.map((tool) => [tool, "none"])));
  const listed = await stage.enforcer().list({ token: "token-ada", tools });
  expect(listed).toMatchObject({ kind: "listed", tools });
  const [entry] = stage.of("decision");
  expect(entry).toMatchObject({ offeredCount: 300 });
  expect(Buffer.byteLength(JSON.stringify(entry))).toBeLessThan(65_535);
});
