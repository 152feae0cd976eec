import { isGrant, isJsonObject, isRfc3339, type JsonValue } from "@scopeward/core";
import { isNetwork } from "../authority/networks.ts";
import { isVersionId } from "../secrets/secret-bytes.ts";
import { isKeyId, keyKinds } from "../token/token.ts";
import type { KeyBody, StoredSecret } from "./key-body.ts";
import { isOwner, isOwnerPattern } from "./owner.ts";

/** The most bytes that a body's text may have, in UTF-8. */
export const maxBodyBytes: number = 64 * 1024;
/** The most grants of a key: what each verification may have to hold against those of its parents. */
export const maxGrants = 100;
/** The most networks of a `cidr`, for the same reason. */
export const maxNetworks = 100;
/** The most entries of every other list in a record. */
export const maxListLength = 512;
/** The longest grant, in characters. */
export const maxGrantLength = 256;
/** The longest `name`, in characters. */
export const maxNameLength = 256;
/** The longest `notes` and `revokedReason`, in characters. */
export const maxNotesLength = 4_096;
/** The longest name of a constraint, in characters. */
const maxConstraintNameLength = 128;
/** How deep the value of a constraint may be nested. */
const maxDepth = 8;

// Written by hand, not as a schema: a verification reads up to six bodies.
type Check = (value: unknown) => boolean;

const tenantPattern = /^[a-z0-9][a-z0-9._-]{0,62}$/u;
// 32 bytes in base64url; the last character carries four bits, so it is one of sixteen.
const macPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/u;

const isTime: Check = (value) =>
  typeof value === "string" && value.endsWith("Z") && isRfc3339(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 1;
const isId: Check = (value) => typeof value === "string" && isKeyId(value);
const isAudience: Check = (value) => value === "internal" || value === "external";
const isStatus: Check = (value) =>
  value === "active" || value === "disabled" || value === "revoked";
const isNotes = textOf(maxNotesLength);
const isGrants = listOf(
  (value) => typeof value === "string" && value.length <= maxGrantLength && isGrant(value),
  maxGrants,
);

const isMayGrant: Check = shape(
  {
    scopes: isGrants,
    audiences: listOf(isAudience),
    owners: listOf((value) => typeof value === "string" && isOwnerPattern(value)),
    maxLifeSeconds: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  },
  {},
);

const isSecret: Check = shape(
  {
    number: isCount,
    createdAt: isTime,
    pepper: (value) => typeof value === "string" && isVersionId(value),
    mac: (value) => typeof value === "string" && macPattern.test(value),
  },
  { endsAt: isTime },
);

const hasMembers: Check = shape(
  {
    id: isId,
    tenant: (value) => typeof value === "string" && isTenant(value),
    owner: (value) => typeof value === "string" && isOwner(value),
    kind: (value) => (keyKinds as readonly unknown[]).includes(value),
    audience: isAudience,
    scopes: isGrants,
    constraints: isConstraints,
    status: isStatus,
    secrets: (value) => Array.isArray(value) && value.length <= 2 && value.every(isSecret),
    createdAt: isTime,
    createdBy: (value) =>
      typeof value === "string" &&
      (value === "local" || (value.startsWith("key:") && isKeyId(value.slice(4)))),
    version: isCount,
  },
  {
    name: textOf(maxNameLength),
    notes: isNotes,
    mayGrant: isMayGrant,
    notBefore: isTime,
    expiresAt: isTime,
    parent: isId,
    revokedAt: isTime,
    revokedReason: isNotes,
  },
);

/**
 * Whether a value that came out of `JSON.parse` is the body of a key: every member is there, of its
 * type and within its bounds, no other member is, and they go together.
 */
export function isKeyBody(value: unknown): value is KeyBody {
  if (!hasMembers(value)) return false;
  const body = value as KeyBody;
  const revoked = body.status === "revoked";
  const management = body.kind === "mgt";
  return (
    body.parent !== body.id &&
    (body.revokedAt !== undefined) === revoked &&
    (body.mayGrant !== undefined) === management &&
    !(management && body.scopes.length > 0) &&
    areSecrets(body.secrets, revoked)
  );
}

/** Whether a text names a tenant. */
export function isTenant(text: string): boolean {
  return tenantPattern.test(text);
}

/** Whether a value is a set of constraints as a record may hold it; `cidr` is a list of networks. */
export function isConstraints(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  for (const name of Object.keys(value)) {
    if (name === "" || name.length > maxConstraintNameLength || name === "__proto__") return false;
    const constraint = value[name];
    if (!(name === "cidr" ? isNetworks(constraint) : isPlain(constraint, maxDepth))) return false;
  }
  return true;
}

const isNetworks = listOf((value) => typeof value === "string" && isNetwork(value), maxNetworks);

// The newest first; the one before it, if there is one, is retiring.
function areSecrets(secrets: readonly StoredSecret[], revoked: boolean): boolean {
  const [newest, retiring] = secrets;
  if (newest === undefined) return revoked;
  if (newest.endsAt !== undefined) return false;
  return (
    retiring === undefined || (retiring.endsAt !== undefined && retiring.number < newest.number)
  );
}

// Numbers that JSON.parse made of `1e999`, and integers that it rounded, are not what was sealed.
function isPlain(value: JsonValue | undefined, depth: number): boolean {
  if (value === undefined || depth === 0) return false;
  if (typeof value === "number") {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  }
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) {
    return value.length <= maxListLength && value.every((entry) => isPlain(entry, depth - 1));
  }
  const members = Object.entries(value as { readonly [name: string]: JsonValue });
  return (
    members.length <= maxListLength &&
    members.every(([name, member]) => name !== "__proto__" && isPlain(member, depth - 1))
  );
}

function textOf(maxLength: number): Check {
  return (value) => typeof value === "string" && value.length <= maxLength;
}

function listOf(check: Check, maxLength = maxListLength): Check {
  return (value) =>
    Array.isArray(value) && value.length <= maxLength && value.every((entry) => check(entry));
}

function shape(
  required: { readonly [member: string]: Check },
  optional: { readonly [member: string]: Check },
): Check {
  const checks = new Map(Object.entries({ ...required, ...optional }));
  const needed = new Set(Object.keys(required));
  return (value) => {
    if (!isJsonObject(value)) return false;
    let missing = needed.size;
    for (const member of Object.keys(value)) {
      if (checks.get(member)?.(value[member]) !== true) return false;
      if (needed.has(member)) missing--;
    }
    return missing === 0;
  };
}
