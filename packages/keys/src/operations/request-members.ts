import { isGrant, isJsonObject, isScope, type JsonObject, type JsonValue } from "@scopeward/core";
import { isNetwork } from "../authority/networks.ts";
import {
  maxGrantLength,
  maxGrants,
  maxListLength,
  maxNameLength,
  maxNetworks,
  maxNotesLength,
} from "../record/body-shape.ts";
import { isOwner, isOwnerPattern } from "../record/owner.ts";
import { holdsToken, isKeyId, keyKinds } from "../token/token.ts";
import { longestMs, parseDuration } from "./duration.ts";
import { plainCopy } from "../plain-copy.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** What is wrong with the value of a member; undefined when nothing is. Never repeats the value. */
export type MemberRule = (value: JsonValue) => string | undefined;

const constraintName = /^[a-z][a-z0-9_-]{0,63}$/u;
const listConstraints = new Set(["tool", "model", "cidr"]);
const memberName = /^[A-Za-z][A-Za-z0-9]{0,31}$/u;
const oneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
const manyLines = /^(?:[^\p{Cc}]|[\t\n])*$/u;

/** The rules of what an issue, a delegation or an update may say, by member. */
export const memberRules: Readonly<Record<string, MemberRule>> = {
  owner: textRule((text) => isOwner(text) && !holdsToken(text), "be an owner such as `user:ada`"),
  kind: textRule((text) => keyKinds.some((kind) => kind === text), "be int, ext, agt or mgt"),
  audience: textRule(isAudience, "be `internal` or `external`"),
  scope: textRule(
    (text) => text.length <= maxGrantLength && isScope(text),
    "be a scope, without a wildcard",
  ),
  scopes: textsRule(
    isScopeGrant,
    `be a list of at most ${maxGrants} distinct grants such as \`payments:read\``,
    { least: 1, most: maxGrants },
  ),
  constraints: constraintsRule,
  expires: textRule(isShort, "be a duration such as `30d`, or a point in time (RFC 3339)"),
  notBefore: textRule(isShort, "be a duration such as `30d`, or a point in time (RFC 3339)"),
  name: textRule(isName, `be one line of at most ${maxNameLength} characters, without a token`),
  notes: textRule(isNotes, `be at most ${maxNotesLength} characters, without a token`),
  parent: textRule(isKeyId, "be the id of a key"),
  mayGrant: mayGrantRule,
  idempotencyKey: textRule(isIdempotencyKey, "have 1 to 256 characters"),
  version: (value) =>
    Number.isSafeInteger(value) && (value as number) >= 1 ? undefined : "must be a whole number",
  overlap: textRule(isShort, "be a duration such as `24h`"),
  expiring: textRule((text) => parseDuration(text) !== undefined, "be a duration such as `14d`"),
  status: textRule(isStatus, "be `active`, `disabled` or `revoked`"),
  reason: textRule(isNotes, `be at most ${maxNotesLength} characters, without a token`),
};

/**
 * The members of a request, each held against its rule. Total: the request may be anything.
 * @param allowed - names of members; with `?` behind it, one may be `null`.
 * @param undefinedMembers - whether one that is `undefined` counts as absent.
 */
export function readMembers(
  request: unknown,
  allowed: readonly string[],
  undefinedMembers: "absent" | "refused" = "absent",
): { readonly kind: "read"; readonly members: JsonObject } | Refusal {
  const members = plainCopy(request, undefinedMembers);
  if (!isJsonObject(members))
    return refuse("invalid", "the request must be an object of JSON values");
  for (const [name, value] of Object.entries(members)) {
    const nullable = allowed.includes(`${name}?`);
    if (!nullable && !allowed.includes(name)) {
      const shown = memberName.test(name) ? `\`${name}\`` : "a member";
      return refuse(
        "invalid",
        `${shown} of the request is unknown`,
        memberName.test(name) ? name : undefined,
      );
    }
    if (nullable && value === null) continue;
    const problem = memberRules[name]?.(value);
    if (problem !== undefined) return refuse("invalid", `\`${name}\` ${problem}`, name);
  }
  return { kind: "read", members };
}

function textRule(test: (text: string) => boolean, must: string): MemberRule {
  return (value) => (typeof value === "string" && test(value) ? undefined : `must ${must}`);
}

function textsRule(
  test: (text: string) => boolean,
  must: string,
  { least, most }: { readonly least: number; readonly most: number },
): MemberRule {
  return (value) => {
    if (!isTexts(value) || value.length > most || !value.every(test)) return `must ${must}`;
    return value.length < least
      ? "must name at least one: an empty list allows nothing"
      : undefined;
  };
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= maxListLength &&
    value.every((entry) => typeof entry === "string") &&
    new Set(value).size === value.length
  );
}

function constraintsRule(value: JsonValue): string | undefined {
  if (!isJsonObject(value)) return "must be an object of lists by name";
  for (const [name, constraint] of Object.entries(value)) {
    if (!constraintName.test(name)) return "has a name that is not `[a-z][a-z0-9_-]*`";
    if (!isConstraint(name, constraint)) {
      return name === "cidr"
        ? `must have a list of at most ${maxNetworks} distinct networks such as \`10.0.0.0/8\` as \`cidr\``
        : `must have a list of distinct texts as \`${name}\``;
    }
  }
  return undefined;
}

function isConstraint(name: string, value: JsonValue): boolean {
  if (isTexts(value) && name === "cidr") {
    return value.length <= maxNetworks && value.every(isNetwork);
  }
  if (isTexts(value)) return value.every(isConstraintEntry);
  if (listConstraints.has(name)) return false;
  if (typeof value === "string") return isConstraintEntry(value);
  return typeof value === "boolean" || (typeof value === "number" && isExact(value));
}

// A record is JSON text: an integer that is rounded on the way is not what was asked for.
function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value);
}

function mayGrantRule(value: JsonValue): string | undefined {
  const shape = "must have `scopes`, `audiences`, `owners` and `maxLifeSeconds`, and nothing else";
  if (!isJsonObject(value)) return shape;
  const { scopes, audiences, owners, maxLifeSeconds, ...others } = value;
  if (Object.keys(others).length > 0 || scopes === undefined) return shape;
  if (!isTexts(scopes) || scopes.length > maxGrants || !scopes.every(isScopeGrant)) {
    return `must have a list of at most ${maxGrants} distinct grants as \`scopes\``;
  }
  if (!isTexts(audiences) || !audiences.every(isAudience)) {
    return "must have a list of `internal`, `external` or both as `audiences`";
  }
  if (!isTexts(owners) || !owners.every((text) => isOwnerPattern(text) && !holdsToken(text))) {
    return "must have a list such as `user:ada`, `user:*` or `*` as `owners`";
  }
  const seconds = maxLifeSeconds;
  if (
    !Number.isSafeInteger(seconds) ||
    !((seconds as number) >= 1) ||
    !((seconds as number) * 1_000 <= longestMs)
  ) {
    return "must have 1 to ten years' seconds as `maxLifeSeconds`";
  }
  return undefined;
}

function isAudience(text: string): boolean {
  return text === "internal" || text === "external";
}

function isStatus(text: string): boolean {
  return text === "active" || text === "disabled" || text === "revoked";
}

function isScopeGrant(text: string): boolean {
  return text.length <= maxGrantLength && isGrant(text);
}

function isShort(text: string): boolean {
  return text.length <= 64;
}

function isName(text: string): boolean {
  return text !== "" && text.length <= maxNameLength && oneLine.test(text) && !holdsToken(text);
}

function isNotes(text: string): boolean {
  return text !== "" && text.length <= maxNotesLength && manyLines.test(text) && !holdsToken(text);
}

function isConstraintEntry(text: string): boolean {
  return text.length <= 256 && oneLine.test(text) && !holdsToken(text);
}

function isIdempotencyKey(text: string): boolean {
  return text !== "" && text.length <= 256;
}
