import type { JsonValue } from "@scopeward/core";
import type { Ended, KeyRecord, LintFinding, ManyEnded, SecretVersion } from "@scopeward/keys";
import type { Principal } from "@scopeward/sdk";
import { count, prettyTable, printable } from "./pretty.ts";

/** A principal as programs read it (contract): what it is, without what it can do. */
export function principalJson(principal: Principal): Omit<Principal, "attenuate" | symbol> {
  const { tenant, subject, actors, key, kind, expiresAt, recordVersion, freshness, address } =
    principal;
  return {
    tenant,
    subject,
    actors,
    key,
    kind,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    recordVersion,
    freshness,
    ...(address === undefined ? {} : { address }),
  };
}

/** All that is known of a key, one member a line. */
export function prettyKey(key: KeyRecord): string {
  return rows([...memberRows(key), ["last used", key.lastUsedAt ?? "never"]]);
}

/** A key as a change leaves it: the answer to a change does not know when the key was used. */
export function prettyChanged(key: KeyRecord): string {
  return rows(memberRows(key));
}

function memberRows(key: KeyRecord): readonly Row[] {
  const { name, notes, mayGrant, notBefore, parent } = key;
  return [
    ["key", key.id],
    ["owner", key.owner],
    ["kind", `${key.kind}, ${key.audience}`],
    ...optional("name", name),
    ...optional("notes", notes),
    ...(mayGrant === undefined ? [["scopes", list(key.scopes)] as const] : grantRows(mayGrant)),
    ...Object.entries(key.constraints).map(([of, to]) => [`only ${of}`, constraint(to)] as const),
    ["status", key.status],
    ...optional("not before", notBefore),
    ["expires", key.expiresAt ?? "never"],
    ...optional("parent", parent),
    ["secrets", key.secrets.map(secret).join("; ") || "none"],
    ["created", `${key.createdAt} by ${key.createdBy}`],
    ...optional("revoked", key.revokedAt),
    ...optional("reason", key.revokedReason),
    ["version", String(key.version)],
  ];
}

/** One key a line. */
export function prettyKeyTable(keys: readonly KeyRecord[], nowMs: number): string {
  return rows([
    ["id", "owner", "kind", "scopes", "status", "expires", "last used"],
    ...keys.map((key) => [
      key.id,
      key.owner,
      key.kind,
      list(key.scopes),
      key.status,
      expiry(key, nowMs),
      key.lastUsedAt ?? "never",
    ]),
  ]);
}

/** Which keys do not work any more, and from when on everywhere. */
export function prettyEnded(
  verb: "disabled" | "revoked",
  ended: Omit<Ended, "kind"> | Omit<ManyEnded, "kind">,
): string {
  const keys = "keys" in ended ? ended.keys : [ended.key];
  const lines = rows(keys.map(({ id, owner }) => [verb, id, owner]));
  const them = keys.length === 1 ? "it" : "them";
  return keys.length === 0
    ? `no key ${verb}: none of these works any more, or there is none\n`
    : `${lines}${count(keys.length, "key")} ${verb}; no node accepts ${them} after ${ended.effectiveBy}\n`;
}

/** One finding a line. */
export function prettyFindings(findings: readonly LintFinding[]): string {
  const lines = rows(
    findings.map(({ keyId, owner, rule, message }) => [keyId ?? "", owner ?? "", rule, message]),
  );
  return `${lines}${findings.length === 0 ? "nothing found" : count(findings.length, "finding")}\n`;
}

type Row = readonly string[];

// Names and notes are whatever somebody wrote: a line feed in one must not look like another row.
function rows(cells: readonly Row[]): string {
  return prettyTable(
    cells.map((row) => row.map((cell) => printable(cell).replaceAll(/\s/gu, " "))),
  );
}

function optional(label: string, text: string | undefined): readonly Row[] {
  return text === undefined ? [] : [[label, text]];
}

function grantRows(mayGrant: NonNullable<KeyRecord["mayGrant"]>): readonly Row[] {
  const { scopes, audiences, owners, maxLifeSeconds } = mayGrant;
  return [
    ["may grant", list(scopes)],
    ["to", list(audiences)],
    ["of", list(owners)],
    ["for", `${maxLifeSeconds} s at most`],
  ];
}

function list(words: readonly string[]): string {
  return words.length === 0 ? "none" : words.join(", ");
}

function constraint(value: JsonValue): string {
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === "string");
  return isTexts ? list(value) : JSON.stringify(value);
}

function secret({ number, createdAt, endsAt }: SecretVersion): string {
  return `${number} of ${createdAt}${endsAt === undefined ? "" : ` until ${endsAt}`}`;
}

function expiry({ expiresAt }: KeyRecord, nowMs: number): string {
  if (expiresAt === undefined) return "never";
  return Date.parse(expiresAt) <= nowMs ? `${expiresAt} (over)` : expiresAt;
}
