import { describe, expect, test } from "vitest";
import { memoryApprovals } from "@scopeward/approvals";
import { allow, ask, catalogueOf, deny, Stage } from "./stage.ts";

const call = { token: "token-ada", tool: "ping", args: {} } as const;
const shadow = { all: { until: "2026-02-28T00:00:00Z" } };

async function authorized(stage: Stage, parts: object = { shadow }): Promise<readonly string[]> {
  const { kind, decision } = await stage.enforcer(parts).authorize(call);
  return [kind, ...decision.reasons.map(({ code }) => code)];
}

describe("a feature in shadow", () => {
  test("is decided and recorded, and not enforced", async () => {
    const stage = new Stage();
    stage.answer = () => deny("too_late");
    expect(await authorized(stage)).toEqual(["allow"]);
    expect(stage.of("decision")).toMatchObject([
      { effect: "allow", shadow: { effect: "deny", codes: ["too_late"] } },
    ]);
  });

  test("asks nobody", async () => {
    const stage = new Stage();
    stage.answer = () => ask("large");
    expect(await authorized(stage, { shadow, approvals: memoryApprovals() })).toEqual(["allow"]);
  });

  test("keeps the duties and arguments of a question", async () => {
    const stage = new Stage();
    stage.answer = ({ args }) => ({
      ...ask("large"),
      obligations: [{ type: "stamp" }],
      ...(args?.["n"] === undefined ? { args: { n: 1 } } : {}),
    });
    expect(await authorized(stage)).toEqual(["deny", "engine:obligation_unknown"]);
  });

  test("is itself an entry, once", async () => {
    const stage = new Stage();
    const enforcer = stage.enforcer({ shadow });
    await enforcer.authorize(call);
    await enforcer.authorize(call);
    expect(stage.of("admin")).toMatchObject([
      { event: "shadow_started", feature: "all", until: "2026-02-28T00:00:00.000Z" },
    ]);
  });

  test.for(["key:constraint", "scope:missing", "engine:builtin_failed"])(
    "never relaxes %s",
    async (code) => {
      const stage = new Stage();
      stage.answer = () => deny(code);
      expect(await authorized(stage)).toEqual(["deny", code]);
      stage.answer = () => ({
        effect: "deny",
        reasons: [{ code: "too_late" }, { code }],
        obligations: [],
      });
      expect((await authorized(stage))[0]).toBe("deny");
    },
  );

  test("never relaxes the key's own limits, which a deny may hide", async () => {
    const stage = new Stage();
    stage.principal("ada", ["other:use"]);
    stage.answer = () => deny("too_late");
    expect(await authorized(stage)).toEqual(["deny", "scope:missing"]);
  });

  test("shares no tool with a feature that is enforced", async () => {
    const stage = new Stage();
    stage.catalogue = catalogueOf({ ping: "none" }, ["all", "strict"]);
    stage.answer = () => deny("too_late");
    expect(await authorized(stage)).toEqual(["deny", "too_late"]);
  });

  test("is enforced from its end on", async () => {
    const stage = new Stage();
    stage.answer = () => deny("too_late");
    stage.clock.ms = Date.parse(shadow.all.until);
    expect(await authorized(stage)).toEqual(["deny", "too_late"]);
  });

  test("is enforced while nobody could write down that it is in shadow", async () => {
    const stage = new Stage();
    stage.answer = () => deny("too_late");
    stage.auditFault = () => ({ kind: "unavailable", reason: "full" });
    expect(await authorized(stage)).toEqual(["deny", "too_late"]);
  });

  test("changes nothing about what is allowed", async () => {
    const stage = new Stage();
    stage.answer = () => allow;
    await authorized(stage);
    expect(stage.of("decision")[0]).not.toHaveProperty("shadow");
  });

  test("offers at list what it would let through", async () => {
    const stage = new Stage();
    stage.answer = () => deny("too_late");
    const listed = await stage.enforcer({ shadow }).list({ token: "token-ada", tools: ["ping"] });
    expect(listed).toMatchObject({ tools: ["ping"] });
  });

  test("needs an end that is a time", () => {
    const stage = new Stage();
    for (const until of ["", "tomorrow", "2026-02-30T00:00:00Z"]) {
      expect(() => stage.enforcer({ shadow: { all: { until } } })).toThrow(TypeError);
    }
  });
});
