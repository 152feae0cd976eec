import { covers } from "@scopeward/core";
import type { KeyVerifierHarness } from "../../src/conformance.ts";
import type { KeyVerifier, Narrowing, Principal, Verification } from "../../src/index.ts";

/** What the store of a case holds of a key. */
export interface MemoryKey {
  readonly id: string;
  readonly token: string;
  readonly scopes: readonly string[];
  readonly constraints: { readonly [name: string]: readonly string[] };
  isRevoked: boolean;
}

/** The keys of one case. */
export class MemoryKeys {
  readonly byToken = new Map<string, MemoryKey>();

  add(scopes: readonly string[], constraints: MemoryKey["constraints"] = {}): MemoryKey {
    const id = String(this.byToken.size + 1).padStart(12, "0");
    const token = `token_${id}_${crypto.randomUUID()}`;
    const key = { id, token, scopes, constraints, isRevoked: false };
    this.byToken.set(token, key);
    return key;
  }
}

const shape = /^token_(?<id>\d{12})_[\da-f-]{36}$/u;

/** What a verifier knows of the principals that it made. */
export interface Origin {
  readonly key: MemoryKey;
  readonly narrowings: readonly Narrowing[];
}

/** A verifier that keeps every rule. Its parts may be replaced by what does not. */
export class MemoryVerifier implements KeyVerifier {
  readonly keys: MemoryKeys;
  readonly origins = new WeakMap<object, Origin>();

  constructor(keys: MemoryKeys) {
    this.keys = keys;
  }

  async verify(token: unknown): Promise<Verification> {
    if (typeof token !== "string" || !shape.test(token)) return this.reject("key:malformed");
    const key = this.keys.byToken.get(token);
    return key === undefined ? this.reject("key:unknown") : this.answer({ key, narrowings: [] });
  }

  async reverify(principal: Principal): Promise<Verification> {
    const origin = this.originOf(principal);
    return origin === undefined ? this.reject("key:malformed") : this.answer(origin);
  }

  originOf(principal: unknown): Origin | undefined {
    return typeof principal === "object" && principal !== null
      ? this.origins.get(principal)
      : undefined;
  }

  reject(code: "key:malformed" | "key:unknown" | "key:revoked"): Verification {
    return { outcome: "rejected", code };
  }

  answer(origin: Origin): Verification {
    if (origin.key.isRevoked) return this.reject("key:revoked");
    return { outcome: "verified", principal: this.principal(origin) };
  }

  principal(origin: Origin): Principal {
    const { key, narrowings } = origin;
    const principal = {
      tenant: "default",
      subject: { type: "user", id: "ada" },
      actors: narrowings.flatMap(({ actor }) => (actor === undefined ? [] : [actor])),
      key: {
        id: key.id,
        audience: "internal" as const,
        scopes: narrowings.reduce(narrowScopes, key.scopes),
        constraints: narrowings.reduce(narrowConstraints, key.constraints),
      },
      kind: "int" as const,
      recordVersion: 1,
      freshness: { mode: "immediate" as const, ageMs: 0 },
      attenuate: (narrowing: Narrowing): Principal =>
        this.principal({ key, narrowings: [...narrowings, structuredClone(narrowing)] }),
    };
    // Not a member of what a case compares, as it is of a prototype in other implementations.
    Object.defineProperty(principal, "attenuate", { enumerable: false });
    Object.setPrototypeOf(principal, Object.freeze({}));
    this.origins.set(principal, origin);
    return this.freeze(principal) as unknown as Principal;
  }

  freeze<T>(value: T): T {
    if (typeof value !== "object" || value === null) return value;
    for (const member of Object.values(value)) this.freeze(member);
    return Object.freeze(value);
  }
}

function narrowScopes(held: readonly string[], { scopes }: Narrowing): readonly string[] {
  if (scopes === undefined) return held;
  return held.flatMap((grant) =>
    scopes.flatMap((other) => {
      if (covers(grant, other)) return [other];
      return covers(other, grant) ? [grant] : [];
    }),
  );
}

function narrowConstraints(
  held: MemoryKey["constraints"],
  { constraints = {} }: Narrowing,
): MemoryKey["constraints"] {
  const entries = Object.entries(held).map(([name, ids]) => {
    const other = constraints[name];
    return [name, Array.isArray(other) ? ids.filter((id) => other.includes(id)) : ids] as const;
  });
  return Object.fromEntries(entries);
}

/** A harness whose verifiers `make` makes. */
export function memoryKeysHarness(
  make: (keys: MemoryKeys) => KeyVerifier = (keys) => new MemoryVerifier(keys),
): KeyVerifierHarness {
  const keys = new MemoryKeys();
  return {
    open: async () => make(keys),
    issue: async ({ scopes, constraints }) => keys.add(scopes, constraints),
    revoke: async ({ token }) => {
      const key = keys.byToken.get(token);
      if (key !== undefined) key.isRevoked = true;
    },
    unknownToken: () => new MemoryKeys().add([]).token.replace("0000", "9999"),
  };
}
