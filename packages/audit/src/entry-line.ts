import { canonicalJson, isJsonObject } from "@scopeward/core";
import type { AuditEntry } from "@scopeward/sdk";

/** The longest entry, in bytes of its canonical JSON: what a leaf of a transparency log can hold. */
const mostEntryBytes = 65_535;

/** An entry as it is written. */
export interface EntryLine {
  readonly id: string;
  /** Canonical JSON, so without a line break. */
  readonly text: string;
}

/**
 * The line of an entry.
 * @throws TypeError for what is no entry, is not JSON, or is too long.
 */
export function lineOf(entry: AuditEntry): EntryLine {
  const text = textOf(entry);
  if (Buffer.byteLength(text) > mostEntryBytes) {
    throw new TypeError(`an audit entry is longer than ${String(mostEntryBytes)} bytes`);
  }
  if (!isEntry(entry)) throw new TypeError("an audit entry has an id, a type, a time and a tenant");
  return { id: entry.id, text };
}

function textOf(entry: AuditEntry): string {
  try {
    return canonicalJson(entry);
  } catch (error) {
    // A value that holds itself overflows the stack: that is not JSON either.
    throw new TypeError("an audit entry is not JSON", { cause: error });
  }
}

/** The entry of a line, total: a line may be torn, or edited. */
export function entryOf(line: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is AuditEntry {
  return (
    isJsonObject(value) &&
    ["id", "type", "time", "tenant"].every((name) => typeof value[name] === "string") &&
    value["id"] !== ""
  );
}
