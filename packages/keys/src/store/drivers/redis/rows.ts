import type { KeyQuery, PendingEntry, StoredKey } from "../../key-store.ts";

/** The key of a row: id, version, body, pepper, seal, last use. What is missing is empty, and fails the seal. */
export function keyOfRow(row: readonly unknown[]): StoredKey {
  const [id, version, body, sealPepper, seal, used] = row.map(textOf);
  const lastUsedAt = timeOf(used);
  return {
    id: id ?? "",
    version: wholeOf(version) ?? 0,
    body: body ?? "",
    sealPepper: sealPepper ?? "",
    seal: seal ?? "",
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  };
}

/** Name of an index that holds all keys of a query, and maybe others. */
export function indexOf({ tenant, owner, parent }: KeyQuery): string {
  if (parent !== undefined) return `parent:${parent}`;
  return owner === undefined ? `tenant:${tenant}` : `owner:${tenant}/${owner}`;
}

/** Whether a key is of a query by its body alone: an index may be edited, and so may the body. */
export function matches({ body }: StoredKey, query: KeyQuery): boolean {
  const members = membersOf(body);
  return (
    members !== undefined &&
    members["tenant"] === query.tenant &&
    (query.owner === undefined || members["owner"] === query.owner) &&
    (query.parent === undefined || members["parent"] === query.parent) &&
    (query.status === undefined || members["status"] === query.status)
  );
}

/** An entry of the stream, `<sequence>-0` with its fields; undefined where it is none of ours. */
export function pendingOfRow(row: readonly unknown[]): PendingEntry | undefined {
  const [name, fields] = row;
  const sequence = /^([1-9]\d{0,15})-0$/.exec(textOf(name) ?? "")?.[1];
  const texts = Array.isArray(fields) ? fields.map(textOf) : [];
  const valueOf = (field: string): string | undefined => {
    const at = texts.findIndex((text, place) => place % 2 === 0 && text === field);
    return at < 0 ? undefined : texts[at + 1];
  };
  const [keyId, entry] = [valueOf("key"), valueOf("entry")];
  const at = timeOf(valueOf("at"));
  if (sequence === undefined || keyId === undefined || entry === undefined) return undefined;
  return at === undefined ? undefined : { sequence: Number(sequence), keyId, entry, at };
}

/** Of milliseconds since 1970, up to the year 9999; undefined for anything else. */
function timeOf(milliseconds: string | undefined): string | undefined {
  if (milliseconds === undefined || !/^\d{1,15}$/.test(milliseconds)) return undefined;
  const at = new Date(Number(milliseconds));
  return at.getUTCFullYear() > 9_999 ? undefined : at.toISOString();
}

/** A text of an answer; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A whole number of an answer, as number or text; undefined for anything else. */
export function wholeOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

function membersOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
