import { createSecretKey, type KeyObject } from "node:crypto";
import { Buffer } from "node:buffer";
import { compareValues, type RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { isArray } from "../operands.ts";
import type { JsonWebKey } from "./json-web-key.ts";
import { parseVerificationKeys, verifiesWithAny } from "./verification-keys.ts";
import type { TokenHeader } from "./token.ts";

/** What `io.jwt.decode_verify` asks of a token; an empty text asks nothing. */
export interface TokenConstraints {
  readonly keys: readonly JsonWebKey[] | KeyObject;
  readonly algorithm: string;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds since 1970. */
  readonly time?: number;
}

/** @throws BuiltinError for an unknown or malformed constraint, and unless there is exactly one of `cert` and `secret`. */
export function parseConstraints(object: RegoObject): TokenConstraints {
  const known = ["alg", "aud", "cert", "iss", "secret", "time"];
  if (!object.entries.every(([name]) => typeof name === "string" && known.includes(name))) {
    throw new BuiltinError("unknown token validation constraint");
  }
  const certificate = object.get("cert");
  const keys =
    certificate === undefined ? undefined : parseVerificationKeys(constraintText(object, "cert"));
  const secret = constraintText(object, "secret");
  if (keys !== undefined && secret !== "") throw new BuiltinError("duplicate key constraints");
  if (keys === undefined && secret === "") throw new BuiltinError("no key constraint");
  const time = object.get("time");
  return {
    keys: keys ?? createSecretKey(Buffer.from(secret)),
    algorithm: constraintText(object, "alg"),
    issuer: constraintText(object, "iss"),
    audience: constraintText(object, "aud"),
    ...(time === undefined ? {} : { time: constraintTime(time) }),
  };
}

function constraintText(object: RegoObject, name: string): string {
  const value = object.get(name) ?? "";
  if (typeof value === "string") return value;
  throw new BuiltinError(`constraint \`${name}\` must be a string`);
}

function constraintTime(value: RegoValue): number {
  const nanoseconds =
    typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  if (Number.isFinite(nanoseconds) && nanoseconds >= 0) return nanoseconds / 1e9;
  throw new BuiltinError("constraint `time` must be a number that is not negative");
}

/** Whether a key of the constraints verifies a token with this header. */
export function verifiesByConstraints(
  { keys }: TokenConstraints,
  header: TokenHeader,
  verifies: (key: KeyObject) => boolean,
): boolean {
  return "type" in keys ? verifies(keys) : verifiesWithAny(keys, header, verifies);
}

/**
 * Whether the claims meet the constraints.
 * @throws BuiltinError if a claim that is looked at has the wrong type, and if the token has a time
 *   and the constraints have none: the clock is no argument.
 */
export function claimsHold(constraints: TokenConstraints, claims: RegoObject): boolean {
  return (
    issuerHolds(constraints, claims.get("iss")) &&
    audienceHolds(constraints, claims.get("aud")) &&
    timesHold(constraints, claims)
  );
}

function issuerHolds({ issuer }: TokenConstraints, claim: RegoValue | undefined): boolean {
  if (issuer === "" || claim === undefined) return issuer === "";
  if (typeof claim === "string") return claim === issuer;
  throw new BuiltinError("claim `iss` must be a string");
}

function audienceHolds({ audience }: TokenConstraints, claim: RegoValue | undefined): boolean {
  if (claim === undefined) return audience === "";
  return isArray(claim) ? claim.includes(audience) : claim === audience;
}

function timesHold(constraints: TokenConstraints, claims: RegoObject): boolean {
  const expiry = timeClaim(claims, "exp");
  if (expiry !== undefined && compareValues(clock(constraints), expiry) >= 0) return false;
  const start = timeClaim(claims, "nbf");
  return start === undefined || compareValues(clock(constraints), start) >= 0;
}

function clock({ time }: TokenConstraints): number {
  if (time !== undefined) return time;
  throw new BuiltinError("a token with a time needs the constraint `time`");
}

function timeClaim(claims: RegoObject, name: string): RegoValue | undefined {
  const claim = claims.get(name);
  if (claim === undefined || typeof claim === "number" || typeof claim === "bigint") return claim;
  throw new BuiltinError(`claim \`${name}\` must be a number`);
}
