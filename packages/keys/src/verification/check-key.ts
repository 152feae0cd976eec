import type { VerificationCode } from "@scopeward/core";
import { maxChainLength } from "../authority/chain-length.ts";
import { includes } from "../authority/networks.ts";
import type { KeyBody, StoredSecret } from "../record/key-body.ts";
import type { Pepper, Peppers } from "../secrets/peppers.ts";
import { isSameMac } from "../secrets/same-mac.ts";
import type { Constraints } from "../record/key-record.ts";
import type { ParsedToken } from "../token/token.ts";
import type { ReadKey } from "./read-key.ts";

/** What a key is held against. */
export interface KeyCheck {
  readonly tenant: string;
  readonly keyId: string;
  /** The token, or the number of the secret that was shown when the principal was made. */
  readonly shown: ParsedToken | number;
  /** Of the token, where it was taken already: while the store was asked. */
  readonly digested?: { readonly pepper: Pepper; readonly digest: string } | undefined;
  readonly address: string | undefined;
  /** What a principal was narrowed to since then. */
  readonly narrowings: readonly {
    readonly constraints?: Constraints;
    readonly expiresAt?: string;
  }[];
  /** The wall clock: a key that is not valid yet does not become so by a clock that was ahead. */
  readonly wallMs: number;
  /** Of the ExpiryClock. */
  readonly expiryMs: number;
}

/** What became of it. */
export type KeyChecked =
  | { readonly kind: "usable"; readonly secret: StoredSecret }
  | { readonly kind: "rejected"; readonly code: VerificationCode; readonly detail: string }
  /** Once the pepper is found, it is to be checked again. */
  | { readonly kind: "pepper_missing"; readonly pepper: string };

/**
 * Holds a well-formed token, or the secret of a principal, against its key and those above it. Pure;
 * the order is a contract: known, digest, record intact, not revoked or disabled, not before, not
 * expired, parents, address.
 * @param chain - the key and those above it, nearest first; empty for an unknown key.
 */
export function checkKey(
  chain: readonly ReadKey[],
  check: KeyCheck,
  peppers: Pick<Peppers, "known">,
): KeyChecked {
  const key = chain[0];
  if (key === undefined) return rejected("key:unknown", "no key has this id");
  const { body } = key;
  if (body === undefined || body.id !== check.keyId) {
    return rejected("key:record_invalid", "the record is malformed");
  }
  // As if it were not there: nothing of one tenant shows in another.
  if (body.tenant !== check.tenant) return rejected("key:unknown", "no key has this id");
  const found = findSecret(body, check, peppers);
  if (found.kind !== "found") return found;
  if (typeof check.shown !== "number" && check.shown.kind !== body.kind) {
    return rejected("key:record_invalid", "the record is of another kind than the token");
  }
  const fault = stateFault(key, check, peppers) ?? parentFault(chain, check, peppers);
  if (fault !== undefined) return fault;
  return isAddressAllowed(chain, check)
    ? { kind: "usable", secret: found.secret }
    : rejected("key:address_not_allowed", "the address is in none of the key's networks");
}

type Fault = Exclude<KeyChecked, { kind: "usable" }>;

function rejected(code: VerificationCode, detail: string): Fault {
  return { kind: "rejected", code, detail };
}

function findSecret(
  body: KeyBody,
  { shown, digested, expiryMs }: KeyCheck,
  peppers: Pick<Peppers, "known">,
): Fault | { readonly kind: "found"; readonly secret: StoredSecret } {
  let missing: string | undefined;
  for (const secret of body.secrets) {
    if (secret.endsAt !== undefined && !(expiryMs < Date.parse(secret.endsAt))) continue;
    if (typeof shown === "number") {
      if (secret.number === shown) return { kind: "found", secret };
      continue;
    }
    const pepper = peppers.known(secret.pepper);
    if (pepper === undefined) {
      missing = secret.pepper;
      continue;
    }
    const digest = pepper === digested?.pepper ? digested.digest : pepper.digest(shown.text);
    if (isSameMac(secret.mac, digest)) return { kind: "found", secret };
  }
  return missing === undefined
    ? rejected("key:wrong_secret", "the key has another secret")
    : { kind: "pepper_missing", pepper: missing };
}

function stateFault(
  key: ReadKey,
  check: KeyCheck,
  peppers: Pick<Peppers, "known">,
): Fault | undefined {
  const seal = key.seal(peppers);
  if (seal === "pepper_missing") return { kind: seal, pepper: key.sealPepper };
  if (seal === "invalid") {
    return rejected(
      "key:record_invalid",
      "the record was changed by something else than Scopeward",
    );
  }
  const status = key.body?.status;
  if (status === "revoked") return rejected("key:revoked", "the key was revoked");
  if (status !== "active") return rejected("key:disabled", "the key is disabled");
  if (!(check.wallMs >= key.notBeforeMs)) {
    return rejected("key:not_yet_valid", "the key is not valid yet");
  }
  return isExpired(key, check) ? rejected("key:expired", "the key has expired") : undefined;
}

// Written so that a time that is none counts as passed.
function isExpired(key: ReadKey, { narrowings, expiryMs }: KeyCheck): boolean {
  return (
    !(expiryMs < key.expiresAtMs) ||
    narrowings.some(
      ({ expiresAt }) => expiresAt !== undefined && !(expiryMs < Date.parse(expiresAt)),
    )
  );
}

function parentFault(
  chain: readonly ReadKey[],
  check: KeyCheck,
  peppers: Pick<Peppers, "known">,
): Fault | undefined {
  let child = chain[0]!;
  for (let index = 1; child.body?.parent !== undefined; index++) {
    const parent = chain[index];
    // A cycle is longer than any chain.
    if (index >= maxChainLength) return inactive(child.body.parent, "is too far up");
    if (parent?.body?.id !== child.body.parent) {
      return inactive(child.body.parent, "is not there or malformed");
    }
    if (parent.body.tenant !== check.tenant) return inactive(parent.body.id, "is not there");
    const fault = stateFault(parent, check, peppers);
    if (fault?.kind === "rejected")
      return inactive(parent.body.id, `is not usable (${fault.code})`);
    if (fault !== undefined) return fault;
    child = parent;
  }
  return undefined;
}

function inactive(parent: string, why: string): Fault {
  return rejected("key:parent_inactive", `the key \`${parent}\` above it ${why}`);
}

function isAddressAllowed(chain: readonly ReadKey[], check: KeyCheck): boolean {
  return (
    chain.every(({ body }) => isInNetworks(body?.constraints["cidr"], check.address)) &&
    check.narrowings.every(({ constraints }) => isInNetworks(constraints?.["cidr"], check.address))
  );
}

function isInNetworks(networks: unknown, address: string | undefined): boolean {
  if (networks === undefined) return true;
  return address !== undefined && Array.isArray(networks) && includes(networks, address);
}
