import type { Catalogue } from "@scopeward/core";
import type { KeyKind } from "@scopeward/sdk";
import { effectiveAuthority, excess } from "../authority/authority.ts";
import { maxChainLength } from "../authority/chain-length.ts";
import { maxBodyBytes } from "../record/body-shape.ts";
import type { KeyBody } from "../record/key-body.ts";
import { catalogueRefusal } from "./catalogue-check.ts";
import { parseDuration } from "./duration.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** How long a key lives where nothing else is said; undefined: for ever. */
export const defaultLifeMs: Readonly<Record<KeyKind, number | undefined>> = {
  int: undefined,
  ext: parseDuration("90d"),
  agt: parseDuration("24h"),
  mgt: parseDuration("90d"),
};

const agentLifeMs = 24 * 3_600_000;
// What is left for what comes later: a second secret, the reason of a revocation.
const reservedBytes = 16 * 1024;

/**
 * Why a key cannot be like this: by itself, beside those above it, or by what the policies declare.
 * The same rules hold for a new key and for what an update makes of one.
 */
export function ruleRefusal(
  key: KeyBody,
  above: readonly KeyBody[],
  catalogue: Catalogue | undefined,
): Refusal | undefined {
  return (
    kindRefusal(key) ??
    lifeRefusal(key) ??
    parentRefusal(key, above) ??
    (key.kind === "mgt" ? undefined : scopesRefusal(key, above, catalogue)) ??
    sizeRefusal(key)
  );
}

/** When the first of these keys expires, in milliseconds; undefined where none does. */
export function earliestExpiryMs(keys: readonly Pick<KeyBody, "expiresAt">[]): number | undefined {
  const expiries = keys.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [expiresAt]));
  return expiries.length === 0 ? undefined : Math.min(...expiries.map(Date.parse));
}

function kindRefusal({ kind, audience, scopes, mayGrant, parent }: KeyBody): Refusal | undefined {
  const external = audience === "external";
  if ((kind === "ext" && !external) || ((kind === "int" || kind === "mgt") && external)) {
    return refuse("invalid", `a key of kind ${kind} cannot be ${audience}`, "audience");
  }
  if (kind !== "mgt") {
    if (mayGrant !== undefined) {
      return refuse("invalid", "only a management key has `mayGrant`", "mayGrant");
    }
    return scopes.length > 0
      ? undefined
      : refuse(
          "invalid",
          "`scopes` must name at least one grant: an empty list allows nothing",
          "scopes",
        );
  }
  if (scopes.length > 0) return refuse("invalid", "a management key has no scopes", "scopes");
  if (parent !== undefined) return refuse("invalid", "a management key has no parent", "parent");
  return mayGrant === undefined
    ? refuse("invalid", "a management key needs `mayGrant`", "mayGrant")
    : undefined;
}

function lifeRefusal({ kind, notBefore, expiresAt, createdAt }: KeyBody): Refusal | undefined {
  if (expiresAt === undefined) {
    return kind === "int"
      ? undefined
      : refuse("invalid", `a key of kind ${kind} must expire`, "expires");
  }
  if (kind === "agt" && Date.parse(expiresAt) > Date.parse(createdAt) + agentLifeMs) {
    return refuse("invalid", "an agent's key lives at most 24 hours: issue a new one", "expires");
  }
  return notBefore !== undefined && Date.parse(notBefore) >= Date.parse(expiresAt)
    ? refuse("invalid", "`notBefore` must be before the key expires", "notBefore")
    : undefined;
}

function parentRefusal(key: KeyBody, above: readonly KeyBody[]): Refusal | undefined {
  const [parent] = above;
  if (parent === undefined) return undefined;
  if (above.some(({ kind }) => kind === "mgt")) {
    return refuse("invalid", "a management key cannot have children", "parent");
  }
  if (above.length >= maxChainLength) {
    return refuse(
      "too_deep",
      `the parent is ${maxChainLength - 1} keys below its root, as deep as keys go`,
      "parent",
    );
  }
  if (key.audience !== parent.audience) {
    return refuse("exceeds_parent", `the parent is ${parent.audience}`, "audience");
  }
  const latest = earliestExpiryMs(above);
  if (latest !== undefined && (earliestExpiryMs([key]) ?? Infinity) > latest) {
    return refuse("exceeds_parent", "the parent expires earlier", "expires");
  }
  const beyond = excess(key, effectiveAuthority(above));
  if (beyond === undefined) return undefined;
  return refuse(
    "exceeds_parent",
    beyond.field === "scopes"
      ? `the parent may not do all that \`${beyond.what}\` covers`
      : `the parent is limited by \`${beyond.what}\`: the key must be limited at least as much`,
    beyond.field,
  );
}

function scopesRefusal(
  key: KeyBody,
  above: readonly KeyBody[],
  catalogue: Catalogue | undefined,
): Refusal | undefined {
  const { constraints } = effectiveAuthority([key, ...above]);
  return catalogueRefusal(key.scopes, { audience: key.audience, constraints }, catalogue);
}

/** Why a record cannot become so large: there must be room to rotate and to revoke it. */
export function sizeRefusal(key: KeyBody): Refusal | undefined {
  return Buffer.byteLength(JSON.stringify(key)) <= maxBodyBytes - reservedBytes
    ? undefined
    : refuse(
        "invalid",
        "the record would be too large: give fewer scopes or constraints, or shorter notes",
      );
}
