import { expectTypeOf, test } from "vitest";
import { createEnforcer } from "../../src/enforcer.ts";
import { defineObligation } from "../../src/index.ts";
import type {
  Authorization,
  BuiltInObligation,
  Enforcer,
  EnforcerParts,
  Execution,
  Permit,
  Principal,
  Run,
  ToolBody,
  ToolCall,
} from "../../src/index.ts";

// Nothing here runs: what must not compile is written down once, and `tsc` says whether it still does not.
function whatMustNotCompile(
  enforcer: Enforcer,
  principal: Principal,
  permit: Permit,
  ports: Pick<EnforcerParts, "keys" | "policy" | "audit">,
): unknown {
  const tool: ToolBody<string> = { name: "read", execute: () => "text" };
  const watermark = defineObligation({
    type: "watermark",
    phase: "after",
    parameters: { type: "object" },
    transform: (value) => ({ value }),
  });
  const attempts = {
    noPrincipal: () => {
      // @ts-expect-error nobody calls: a principal or a token must be given
      void enforcer.authorize({ tool: "read", args: {} });
      // @ts-expect-error nobody calls: a principal or a token must be given
      void enforcer.authorizeModel({ model: "chat" });
      // @ts-expect-error nobody asks: a principal or a token must be given
      void enforcer.list({ tools: ["read"] });
      // @ts-expect-error nobody calls: a principal or a token must be given
      void enforcer.run({ args: {} }, tool);
      // @ts-expect-error nobody answers: a principal or a token must be given
      void enforcer.answerApproval({ id: "1", verdict: "approve", approver: {} });
    },
    absentPrincipal: () => {
      // @ts-expect-error what may be absent has to be looked at before the call
      void enforcer.authorize({ tool: "read", principal: enforcer.currentPrincipal() });
    },
    bothPrincipalAndToken: () => {
      // @ts-expect-error who calls is said once: by a principal or by a token
      void enforcer.authorize({ tool: "read", principal, token: "sward" });
    },
    literalPrincipal: () => {
      // @ts-expect-error only `verify` makes a principal: a literal of its shape must not compile
      const literal: Principal = {
        tenant: "acme",
        subject: { type: "user", id: "ada" },
        actors: [],
        key: { id: "1", audience: "internal", scopes: ["**"] },
        kind: "int",
        recordVersion: 1,
        freshness: { mode: "immediate", ageMs: 0 },
        attenuate: () => principal,
      };
      return literal;
    },
    literalPermit: () => {
      // @ts-expect-error only the enforcer makes a permit: a literal of its shape must not compile
      const literal: Permit = { target: "read" };
      return literal;
    },
    noPermit: () => {
      // @ts-expect-error a tool runs with a permit
      void enforcer.execute(tool);
      // @ts-expect-error an absent permit is none
      void enforcer.execute(undefined, tool);
      // @ts-expect-error the name of a tool is no permit
      void enforcer.execute("read", tool);
    },
    permitOfAnyAuthorization: (authorization: Authorization) => {
      // @ts-expect-error whether the call is allowed has to be looked at first
      return authorization.permit;
    },
    resultOfAnyRun: (run: Run<string>) => {
      // @ts-expect-error whether the tool has run has to be looked at first
      return run.result;
    },
    noBody: () => {
      // @ts-expect-error a tool without a body cannot be run
      const body: ToolBody<string> = { name: "read" };
      return body;
    },
    unknownObligation: () =>
      createEnforcer({
        ...ports,
        obligations: [watermark],
        // @ts-expect-error a misspelt obligation is one that nobody carries out
        expects: ["watermrk"],
      }),
    obligationOfNobody: () =>
      createEnforcer({
        ...ports,
        // @ts-expect-error an obligation that is not registered is one that nobody carries out
        expects: ["watermark"],
      }),
    ownKey: () => {
      // @ts-expect-error key, actors, time and address never come from the caller
      void enforcer.authorize({ principal, tool: "read", actors: [] });
    },
    forgottenKind: (authorization: Authorization): string => {
      if (authorization.kind === "allow") return "go on";
      if (authorization.kind === "deny") return "do not";
      // @ts-expect-error an approval is left, and a call that waits would come to nothing
      const nothing: never = authorization;
      return nothing;
    },
    changedPermit: () => {
      // @ts-expect-error a permit cannot be turned into one for another tool
      permit.target = "write";
    },
  };
  return attempts;
}

// The same calls in the way that they are meant: each compiles.
function whatMustCompile(
  enforcer: Enforcer,
  principal: Principal,
  permit: Permit,
  ports: Pick<EnforcerParts, "keys" | "policy" | "audit">,
): unknown {
  const watermark = defineObligation({
    type: "watermark",
    phase: "after",
    parameters: { type: "object" },
    transform: (value) => ({ value }),
  });
  expectTypeOf(watermark.type).toEqualTypeOf<"watermark">();
  return {
    byPrincipal: () => enforcer.authorize({ principal, tool: "read", args: {} }),
    byToken: () => enforcer.run({ token: "sward" }, { name: "read", execute: () => "text" }),
    withPermit: () => enforcer.execute(permit, { name: "read", execute: async () => 1 }),
    expected: () =>
      createEnforcer({
        ...ports,
        obligations: [watermark],
        expects: ["watermark", "redact_result"],
      }),
    builtIn: () => createEnforcer({ ...ports, expects: ["audit", "notify"] }),
    everyKind: (authorization: Authorization): string => {
      switch (authorization.kind) {
        case "allow":
          return authorization.permit.target;
        case "deny":
          return authorization.decision.effect;
        case "approval":
          return authorization.approval.id;
      }
    },
  };
}

test("what must not compile does not, and what is meant does", () => {
  expectTypeOf(whatMustNotCompile).parameter(0).toEqualTypeOf<Enforcer>();
  expectTypeOf(whatMustCompile).parameter(0).toEqualTypeOf<Enforcer>();
});

test("an answer is one of a few kinds", () => {
  expectTypeOf<Authorization["kind"]>().toEqualTypeOf<"allow" | "deny" | "approval">();
  expectTypeOf<Execution<string>["kind"]>().toEqualTypeOf<"done" | "deny">();
  expectTypeOf<Run<string>["kind"]>().toEqualTypeOf<"done" | "deny" | "approval">();
});

test("the result of a tool keeps its type", () => {
  expectTypeOf<Extract<Run<string>, { kind: "done" }>["result"]>().toEqualTypeOf<string>();
  expectTypeOf<Extract<Authorization, { kind: "allow" }>["permit"]>().toEqualTypeOf<Permit>();
});

test("a call names its caller, and only its own surroundings", () => {
  expectTypeOf<{ tool: string; args: object }>().not.toExtend<ToolCall>();
  expectTypeOf<{ tool: string; principal: Principal }>().toExtend<ToolCall>();
  expectTypeOf<{ tool: string; token: string }>().toExtend<ToolCall>();
});

test("the built-in obligations are known by name", () => {
  expectTypeOf<
    NonNullable<EnforcerParts<readonly []>["expects"]>[number]
  >().toEqualTypeOf<BuiltInObligation>();
});
