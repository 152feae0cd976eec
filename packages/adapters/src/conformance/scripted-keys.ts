import type { KeyVerifier, Narrowing, Principal, Verification } from "@scopeward/sdk";
import type { Identity } from "./harness.ts";
import { answerUnless } from "./port-fault.ts";
import type { BrokenPorts } from "./port-fault.ts";

interface Origin {
  readonly token: string;
  readonly narrowings: readonly Narrowing[];
}

interface Holder {
  readonly keyId: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  isRevoked: boolean;
}

/** A key store of one case: identities by name, which it can revoke. */
export class ScriptedKeys implements KeyVerifier {
  readonly #holders = new Map<string, Holder>();
  readonly #origins = new WeakMap<Principal, Origin>();
  readonly #broken: BrokenPorts;

  constructor(broken: BrokenPorts) {
    this.#broken = broken;
  }

  /** A key for a user, with the scopes. */
  issue(subject: string, scopes: readonly string[]): Identity {
    const keyId = String(this.#holders.size + 1).padStart(12, "0");
    const token = `conformance-token-${keyId}`;
    const holder = { keyId, subject, scopes, isRevoked: false };
    this.#holders.set(token, holder);
    return { token, principal: this.#make(holder, { token, narrowings: [] }) };
  }

  revoke({ token }: Identity): void {
    const holder = this.#holders.get(token);
    if (holder !== undefined) holder.isRevoked = true;
  }

  verify(token: unknown): Promise<Verification> {
    return answerUnless(this.#broken.keys, () =>
      typeof token === "string"
        ? this.#verified({ token, narrowings: [] })
        : { outcome: "rejected", code: "key:malformed" },
    );
  }

  reverify(principal: Principal): Promise<Verification> {
    return answerUnless(this.#broken.keys, () => {
      const origin =
        typeof principal === "object" && principal !== null
          ? this.#origins.get(principal)
          : undefined;
      return origin === undefined
        ? { outcome: "rejected", code: "key:malformed" }
        : this.#verified(origin);
    });
  }

  #verified(origin: Origin): Verification {
    const holder = this.#holders.get(origin.token);
    if (holder === undefined) return { outcome: "rejected", code: "key:unknown" };
    return holder.isRevoked
      ? { outcome: "rejected", code: "key:revoked", keyId: holder.keyId }
      : { outcome: "verified", principal: this.#make(holder, origin) };
  }

  #make(holder: Holder, origin: Origin): Principal {
    const { narrowings } = origin;
    const scopes = holder.scopes.filter((scope) =>
      narrowings.every((narrowing) => narrowing.scopes?.includes(scope) ?? true),
    );
    const members: Omit<Principal, keyof Verified> = {
      tenant: "default",
      subject: { type: "user", id: holder.subject },
      actors: narrowings.flatMap(({ actor }) => (actor === undefined ? [] : [actor])),
      key: { id: holder.keyId, audience: "internal", scopes },
      kind: "int",
      recordVersion: 1,
      freshness: { mode: "immediate", ageMs: 0 },
      attenuate: (narrowing) =>
        this.#make(holder, { ...origin, narrowings: [...narrowings, narrowing] }),
    };
    // The verifier's promise is all that makes a principal; this is the verifier.
    const principal = Object.freeze(members) as Principal;
    this.#origins.set(principal, origin);
    return principal;
  }
}

/** What no literal can have of a principal. */
type Verified = {
  readonly [Member in keyof Principal as Member extends symbol ? Member : never]: unknown;
};
