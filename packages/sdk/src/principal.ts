import type { JsonValue, Party, RequestKey } from "@scopeward/core";

declare const verified: unique symbol;

/** What a key is for, as its token shows: people and services inside, outside, agents, management. */
export type KeyKind = "int" | "ext" | "agt" | "mgt";

/** How old the knowledge is that a verification rests on. */
export interface Freshness {
  /** `immediate`: read from the authority for this verification; `bounded`: from this node's cache. */
  readonly mode: "immediate" | "bounded";
  /** Milliseconds since the authority was known to say so; never above the revocation bound. */
  readonly ageMs: number;
}

/** What a principal is narrowed to; what is absent does not narrow. */
export interface Narrowing {
  /** Grants; the principal keeps what both include. `[]` leaves nothing. */
  readonly scopes?: readonly string[];
  /** Constraints by name, as on a key; combined by intersection. */
  readonly constraints?: { readonly [name: string]: JsonValue };
  /** Who acts with it from now on; becomes the last of `actors`. */
  readonly actor?: Party;
  /** RFC 3339; the earlier of this and the present expiry holds. */
  readonly expiresAt?: string;
}

/**
 * Subject, actors and the verified key of a call. Only `verify` makes one: a literal does not compile
 * (the symbol cannot be named) and is refused at run time. Frozen. It is what was true when it was
 * verified; each decision verifies the key's chain again.
 */
export interface Principal {
  readonly [verified]: true;
  readonly tenant: string;
  /** The owner of the key. */
  readonly subject: Party;
  /** The agents in between, in the order in which they came; empty for none. */
  readonly actors: readonly Party[];
  /** As a policy sees it: scopes and constraints are the effective ones of the whole chain. */
  readonly key: RequestKey;
  readonly kind: KeyKind;
  /** The earliest expiry of the chain, RFC 3339; absent where no key of it expires. */
  readonly expiresAt?: string;
  /** The version of the key's record that was verified. */
  readonly recordVersion: number;
  readonly freshness: Freshness;
  /**
   * When the secret that was shown stops to work, RFC 3339: the key was rotated, and its holder has to
   * change over before. Absent for a secret that is not retiring.
   */
  readonly secretEndsAt?: string;
  /** The address that it was verified for. */
  readonly address?: string;
  /**
   * A principal that may do less: by intersection, so nothing given here can widen it. Needs no
   * token and no store; revoking the key ends it as well.
   */
  attenuate(narrowing: Narrowing): Principal;
}
