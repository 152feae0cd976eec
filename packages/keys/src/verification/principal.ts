import type { JsonValue, Party, RequestKey } from "@scopeward/core";
import { isGrant, isJsonObject, isRfc3339 } from "@scopeward/core";
import type { Freshness, KeyKind, Narrowing, Principal } from "@scopeward/sdk";
import { meetAuthority } from "../authority/authority.ts";
import { plainCopy } from "../plain-copy.ts";
import { isConstraints, maxGrants } from "../record/body-shape.ts";
import { holdsToken } from "../token/token.ts";
import { freezeDeep } from "./freeze-deep.ts";

/** What a principal says. */
export type PrincipalFacts = Pick<
  Principal,
  | "tenant"
  | "subject"
  | "actors"
  | "key"
  | "kind"
  | "expiresAt"
  | "recordVersion"
  | "freshness"
  | "secretEndsAt"
  | "address"
>;

/** Where a principal comes from: what verifying it again starts with. */
export interface PrincipalOrigin {
  /** The verifier that made it. */
  readonly verifier: object;
  /** Of the secret that was shown. */
  readonly secretNumber: number;
  /** In the order in which they were made. */
  readonly narrowings: readonly Narrowing[];
}

// Nobody else has it, so nobody else can call the constructor that each principal leads to.
const maker = Symbol("maker of principals");
// Not a static method: whoever has a principal has its class, and could call or replace that.
let originOf: (value: unknown) => PrincipalOrigin | undefined;

/**
 * The only class of principals. A private member is the mark of a genuine one: literals, copies,
 * JSON round trips, proxies and objects that have a principal as prototype do not have it.
 */
class VerifiedPrincipal {
  declare readonly tenant: string;
  declare readonly subject: Party;
  declare readonly actors: readonly Party[];
  declare readonly key: RequestKey;
  declare readonly kind: KeyKind;
  declare readonly expiresAt?: string;
  declare readonly recordVersion: number;
  declare readonly freshness: Freshness;
  declare readonly secretEndsAt?: string;
  declare readonly address?: string;
  readonly #origin: PrincipalOrigin;

  constructor(mark: symbol, facts: PrincipalFacts, origin: PrincipalOrigin) {
    if (mark !== maker) throw new TypeError("a principal is made by `verify` alone");
    this.tenant = facts.tenant;
    this.subject = facts.subject;
    this.actors = facts.actors;
    this.key = facts.key;
    this.kind = facts.kind;
    if (facts.expiresAt !== undefined) this.expiresAt = facts.expiresAt;
    this.recordVersion = facts.recordVersion;
    this.freshness = facts.freshness;
    if (facts.secretEndsAt !== undefined) this.secretEndsAt = facts.secretEndsAt;
    if (facts.address !== undefined) this.address = facts.address;
    this.#origin = origin;
    Object.freeze(this);
  }

  static {
    originOf = (value) =>
      typeof value === "object" && value !== null && #origin in value ? value.#origin : undefined;
  }

  attenuate(narrowing: Narrowing): Principal {
    if (!(#origin in this)) throw new TypeError("only a verified principal can be attenuated");
    const origin = this.#origin;
    const step = copyNarrowing(narrowing);
    return makePrincipal(narrow(this, step), {
      ...origin,
      narrowings: [...origin.narrowings, step],
    });
  }
}
Object.freeze(VerifiedPrincipal);
Object.freeze(VerifiedPrincipal.prototype);

/** Makes a principal; only for the verifier, which has checked what it says. */
export function makePrincipal(facts: PrincipalFacts, origin: PrincipalOrigin): Principal {
  freezeDeep(facts.key);
  return new VerifiedPrincipal(maker, facts, origin) as unknown as Principal;
}

/** Where a principal comes from; undefined for whatever was not made here. */
export function principalOrigin(value: unknown): PrincipalOrigin | undefined {
  return originOf(value);
}

/**
 * Whether a value is a principal that a verifier of this process made. It says who was verified
 * then; whether the key still works only `reverify` knows.
 */
export function isPrincipal(value: unknown): value is Principal {
  return principalOrigin(value) !== undefined;
}

/** The same with less: grants and constraints by intersection, the earlier expiry, one more actor. */
export function narrow(facts: PrincipalFacts, narrowing: Narrowing): PrincipalFacts {
  const { key, actors } = facts;
  const authority = meetAuthority(
    { scopes: key.scopes, constraints: key.constraints ?? {} },
    { scopes: narrowing.scopes ?? ["**"], constraints: narrowing.constraints ?? {} },
  );
  const expiresAt = earliest([facts.expiresAt, narrowing.expiresAt]);
  return {
    tenant: facts.tenant,
    subject: facts.subject,
    actors: narrowing.actor === undefined ? actors : Object.freeze([...actors, narrowing.actor]),
    key: { ...key, ...authority },
    kind: facts.kind,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    recordVersion: facts.recordVersion,
    freshness: facts.freshness,
    ...(facts.secretEndsAt === undefined ? {} : { secretEndsAt: facts.secretEndsAt }),
    ...(facts.address === undefined ? {} : { address: facts.address }),
  };
}

/** The earliest of some points in time; undefined where there is none. */
export function earliest(times: readonly (string | undefined)[]): string | undefined {
  let first: string | undefined;
  for (const time of times) {
    if (time === undefined) continue;
    if (first === undefined || Date.parse(time) < Date.parse(first)) first = time;
  }
  return first;
}

// It is applied again at each verification, so what was given is copied: a list that somebody adds to
// later must not widen. What cannot be understood is refused, because leaving it out would widen.
function copyNarrowing(narrowing: Narrowing): Narrowing {
  const copy = plainCopy(narrowing, "refused");
  if (!isNarrowing(copy)) throw new TypeError("the narrowing of a principal is malformed");
  return freezeDeep(copy);
}

function isNarrowing(value: unknown): value is Narrowing {
  if (!isJsonObject(value)) return false;
  const { scopes, constraints, actor, expiresAt, ...others } = value;
  return (
    Object.keys(others).length === 0 &&
    (scopes === undefined ||
      (Array.isArray(scopes) && scopes.length <= maxGrants && scopes.every(isGrantText))) &&
    (constraints === undefined || isConstraints(constraints)) &&
    (actor === undefined || isParty(actor)) &&
    (expiresAt === undefined || (typeof expiresAt === "string" && isRfc3339(expiresAt)))
  );
}

function isGrantText(value: JsonValue): boolean {
  return typeof value === "string" && isGrant(value);
}

function isParty(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { type, id, properties, ...others } = value;
  return (
    Object.keys(others).length === 0 &&
    typeof type === "string" &&
    type !== "" &&
    typeof id === "string" &&
    id !== "" &&
    !holdsToken(`${type} ${id}`) &&
    (properties === undefined || isJsonObject(properties))
  );
}
