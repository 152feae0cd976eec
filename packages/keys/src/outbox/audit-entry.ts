import { createHash, randomUUID } from "node:crypto";
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "@scopeward/core";
import type { AuditEntry } from "@scopeward/sdk";
import type { KeyBody } from "../record/key-body.ts";

/** What can happen to a key. */
export type KeyEvent =
  | "issued"
  | "delegated"
  | "updated"
  | "rotated"
  | "revoked"
  | "disabled"
  | "enabled"
  /** A secret's digest or the seal was made anew, under the current pepper. */
  | "resealed";

/** One change of one key, as it is told. */
export interface KeyChangeNote {
  readonly event: KeyEvent;
  /** The key as it is now. */
  readonly after: KeyBody;
  /** As it was; absent for a new one. */
  readonly before?: KeyBody;
  /** `local`, or `key:<id>` of a management key. */
  readonly actor: string;
  readonly reason?: string;
  /** RFC 3339. */
  readonly time: string;
}

/** An entry that the store holds, with the number that it got there. */
export interface CommittedEntry {
  readonly sequence: number;
  /** JSON text. */
  readonly entry: string;
}

// Before and after of these are in the entry; of the others only that they changed, because they may
// hold what people wrote.
const told = ["scopes", "constraints", "notBefore", "expiresAt", "mayGrant"] as const;
const named = ["name", "notes"] as const;
const longestTold = 4_096;
// What the port of audit logs takes.
const longestEntryBytes = 65_535;

/**
 * The entry of a change as it is committed with it. It gets a random id here, so that the audit log
 * knows it again however often it is relayed.
 * @param storeId - of the store that the change is committed to.
 */
export function keyEntryText(storeId: string, note: KeyChangeNote): string {
  const { event, after, actor, reason, time } = note;
  return canonicalJson({
    id: `${storeId}:${randomUUID()}`,
    type: "key",
    time,
    tenant: after.tenant,
    event,
    keyId: after.id,
    owner: after.owner,
    actor,
    version: after.version,
    ...(reason === undefined ? {} : { reason }),
    ...(after.parent === undefined ? {} : { parent: after.parent }),
    changes: changesOf(note),
  });
}

/**
 * The committed entry as the audit log takes it, with its place in the store. The outbox lies in the
 * store and may have been edited: what is no entry becomes an anomaly, so that it is seen and does
 * not stay in the way.
 */
export function relayedEntry(
  { sequence, entry }: CommittedEntry,
  relay: { readonly storeId: string; readonly tenant: string; readonly time: string },
): AuditEntry {
  const { storeId, tenant, time } = relay;
  const place = { sequence, source: storeId };
  const members = parseEntry(entry);
  if (members !== undefined) {
    const relayed = { ...members, ...place };
    if (isWithinLog(relayed)) return relayed;
  }
  const id = `${storeId}:anomaly:${sequence}`;
  return { id, type: "anomaly", time, tenant, event: "entry_invalid", ...place };
}

function changesOf({ before, after }: KeyChangeNote): JsonObject {
  const changes: [string, JsonValue][] = [];
  for (const name of told) {
    const [was, is] = [before?.[name] ?? null, after[name] ?? null] as [JsonValue, JsonValue];
    if (canonicalJson(was) === canonicalJson(is)) continue;
    changes.push([name, { before: shortened(was), after: shortened(is) }]);
  }
  for (const name of named) {
    if (before?.[name] !== after[name]) changes.push([name, {}]);
  }
  return Object.fromEntries(changes);
}

// A log takes no entry of any size; a digest still shows which value it was.
function shortened(value: JsonValue): JsonValue {
  const text = canonicalJson(value);
  if (text.length <= longestTold) return value;
  return { sha256: createHash("sha256").update(text).digest("hex") };
}

/** The tenant of a committed entry; undefined for what is no entry. */
export function tenantOfEntry(entry: string): string | undefined {
  return parseEntry(entry)?.tenant;
}

function parseEntry(text: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isKeyEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKeyEntry(value: unknown): value is AuditEntry {
  return (
    isJsonObject(value) &&
    value["type"] === "key" &&
    value["id"] !== "" &&
    ["id", "time", "tenant"].every((name) => typeof value[name] === "string")
  );
}

// A log rejects the whole batch for one entry that it could never take.
function isWithinLog(entry: AuditEntry): boolean {
  try {
    return Buffer.byteLength(canonicalJson(entry)) <= longestEntryBytes;
  } catch {
    return false;
  }
}
