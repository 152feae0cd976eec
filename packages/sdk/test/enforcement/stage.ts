import type { AccessRequest, Catalogue, ResourceDeclaration } from "@scopeward/core";
import type {
  ApprovalChannel,
  AuditEntry,
  AuditLog,
  Clock,
  DecidingPolicy,
  Enforcer,
  EnforcerParts,
  KeyVerifier,
  ObligationHandler,
  Principal,
  Verification,
} from "@scopeward/sdk";
import { createEnforcer } from "@scopeward/sdk/enforcer";
import { onTestFinished } from "vitest";

/** What the policies of a stage answer; it may be anything. */
export type Answer = (request: AccessRequest) => unknown;

/** The plain allow. */
export const allow = { effect: "allow", reasons: [], obligations: [] } as const;

/** A deny for one reason. */
export function deny(code: string): object {
  return { effect: "deny", reasons: [{ code }], obligations: [] };
}

/** A question to a person. */
export function ask(...codes: readonly string[]): object {
  return {
    effect: "require_approval",
    reasons: codes.map((code) => ({ code })),
    obligations: [],
  };
}

/** A clock that moves only when told. */
export class StageClock implements Clock {
  ms = Date.parse("2026-01-31T12:00:00Z");

  wallMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }
}

/** Everything that an Enforcer stands on, each part to be looked at or broken. */
export class Stage {
  readonly clock: StageClock = new StageClock();
  readonly entries: AuditEntry[] = [];
  readonly requests: AccessRequest[] = [];
  /** Instead of taking a batch. */
  auditFault: (() => unknown) | undefined;
  /** By token, or by key id for a principal; absent is verified. */
  readonly rejected: Map<string, string> = new Map();
  answer: Answer = () => allow;
  revision = "sha256:1";
  catalogue: Catalogue = catalogueOf({
    query: { type: "dataset", from: "/dataset" },
    ping: "none",
  });
  readonly #principals: Map<string, Principal> = new Map();

  readonly keys: KeyVerifier = {
    verify: async (token) =>
      await Promise.resolve(
        typeof token === "string" && token.startsWith("token-")
          ? this.#verified(this.principal(token.slice("token-".length)))
          : rejection("key:malformed"),
      ),
    reverify: async (principal) =>
      await Promise.resolve(
        [...this.#principals.values()].includes(principal)
          ? this.#verified(principal)
          : rejection("key:malformed"),
      ),
  };

  readonly audit: AuditLog = {
    append: async (entries) => {
      await Promise.resolve();
      if (this.auditFault !== undefined) return this.auditFault() as never;
      this.entries.push(...entries);
      return { kind: "appended", origin: "stage", durable: true };
    },
    health: async () => await Promise.resolve({ kind: "ready" }),
    highestSequence: async () => await Promise.resolve(0),
    close: async () => await Promise.resolve(),
  };

  current(): DecidingPolicy | undefined {
    const { revision, catalogue, answer } = this;
    return {
      revision,
      catalogue,
      decide: (request) => {
        this.requests.push(request);
        return answer(request);
      },
    };
  }

  /** The principal of an owner; the same one each time. */
  principal(owner: string, grants: readonly string[] = ["all:use"]): Principal {
    const known = this.#principals.get(owner);
    if (known !== undefined) return known;
    const principal = {
      tenant: "acme",
      subject: { type: "user", id: owner },
      actors: [],
      key: { id: `key-of-${owner}`, audience: "internal", scopes: grants },
      kind: "int",
      recordVersion: 1,
      freshness: { mode: "immediate", ageMs: 0 },
    } as unknown as Principal;
    this.#principals.set(owner, principal);
    return principal;
  }

  enforcer<const H extends readonly ObligationHandler[] = readonly []>(
    parts: Partial<EnforcerParts<H>> & { readonly approvals?: ApprovalChannel } = {},
  ): Enforcer {
    const enforcer = createEnforcer<readonly ObligationHandler[]>({
      keys: this.keys,
      policy: { current: () => this.current() },
      audit: this.audit,
      clock: this.clock,
      tenant: "acme",
      ...(parts as Partial<EnforcerParts>),
    });
    onTestFinished(async () => await enforcer.close());
    return enforcer;
  }

  /** The entries of one type. */
  of(type: AuditEntry["type"]): readonly AuditEntry[] {
    return this.entries.filter((entry) => entry.type === type);
  }

  #verified(principal: Principal): Verification {
    const code = this.rejected.get(principal.subject.id);
    return code === undefined
      ? { outcome: "verified", principal }
      : rejection(code, principal.key.id);
  }
}

/** A catalogue with one scope, `all:use`, that opens every tool and the model `atlas`. */
export function catalogueOf(
  tools: Readonly<Record<string, ResourceDeclaration>>,
  owners: readonly string[] = ["all"],
): Catalogue {
  const scopes = { internal: ["all:use"], external: [] };
  return {
    features: Object.fromEntries(owners.map((name) => [name, { scopes: ["all:use"] }])),
    scopes: {
      "all:use": {
        feature: "all",
        tools: Object.keys(tools),
        models: ["atlas"],
        audiences: ["internal"],
        requires: [],
      },
    },
    tools: Object.fromEntries(
      Object.entries(tools).map(([name, resource]) => [
        name,
        { features: owners, scopes, resource },
      ]),
    ),
    models: { atlas: { features: owners, scopes } },
  };
}

function rejection(code: string, keyId?: string): Verification {
  return {
    outcome: "rejected",
    code: code as never,
    ...(keyId === undefined ? {} : { keyId }),
  };
}
