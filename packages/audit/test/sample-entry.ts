import type { JsonObject } from "@scopeward/core";
import type { AuditEntry } from "@scopeward/sdk";
import { readEntries } from "../src/read-entries.ts";

/** An entry of which a log needs to know no more. */
export function sampleEntry(id: string, members: JsonObject = {}): AuditEntry {
  return { type: "decision", time: "2026-03-01T10:00:00.000Z", tenant: "acme", ...members, id };
}

/** All that there is to read. */
export async function gather<T>(values: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const value of values) gathered.push(value);
  return gathered;
}

/** The ids of a log but for its first entry, as a reader finds them. */
export async function readIds(folder: string): Promise<string[]> {
  const entries = await gather(readEntries(folder));
  return entries.map(({ id }) => id).filter((id) => id !== "log_opened");
}
