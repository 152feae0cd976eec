import { KeysError } from "../keys-error.ts";
import type { KeysContext } from "../keys-context.ts";
import type { KeyBody } from "../record/key-body.ts";
import { type OpenedKey, openKey } from "../record/seal.ts";
import type { StoredKey } from "../store/key-store.ts";
import { isKeyId } from "../token/token.ts";
import { refuse, type Refusal } from "./refusal.ts";

type ReadingContext = Pick<KeysContext, "tenant" | "store" | "peppers">;

/** A key as it is now: intact, and of this tenant. */
export interface ReadBody {
  readonly kind: "read";
  readonly body: KeyBody;
}

/** A key with those above it, nearest first. All are intact and of this tenant. */
export interface ReadChain extends ReadBody {
  readonly above: readonly KeyBody[];
}

/**
 * Reads a key from the authority, and looks at nothing above it: what ends a key must not depend on
 * other records.
 * @param id - whatever was asked for.
 * @throws KeysError `pepper_unavailable` when it cannot be told whether a record is intact.
 */
export async function readKey(context: ReadingContext, id: unknown): Promise<ReadBody | Refusal> {
  const read = await readRows(context, id);
  return read.kind === "refused" ? read : { kind: "read", body: read.body };
}

/** As {@link readKey}, with those above it. */
export async function readChain(
  context: ReadingContext,
  id: unknown,
): Promise<ReadChain | Refusal> {
  const read = await readRows(context, id);
  if (read.kind === "refused") return read;
  const above: KeyBody[] = [];
  for (const row of read.rowsAbove) {
    const parent = await openRecord(context, row);
    if (parent === undefined) return invalidRecord(row.id);
    above.push(parent);
  }
  const { body } = read;
  return isChain([body, ...above]) ? { kind: "read", body, above } : invalidRecord(body.id);
}

async function readRows(
  context: ReadingContext,
  id: unknown,
): Promise<(ReadBody & { readonly rowsAbove: readonly StoredKey[] }) | Refusal> {
  const unknown = refuse("key_unknown", "no key has this id");
  if (typeof id !== "string" || !isKeyId(id)) return unknown;
  const [stored, ...rowsAbove] = await context.store.readChain(id);
  if (stored === undefined) return unknown;
  const body = await openRecord(context, stored);
  if (body === undefined || body.id !== id) return invalidRecord(id);
  // Another tenant's key is not there, and looks like that.
  return body.tenant === context.tenant ? { kind: "read", body, rowsAbove } : unknown;
}

/** The body of a stored key; undefined when it is not what Scopeward wrote. */
export async function openRecord(
  { peppers }: Pick<KeysContext, "peppers">,
  stored: StoredKey,
): Promise<KeyBody | undefined> {
  const opened: OpenedKey = await openKey(stored, peppers);
  if (opened.kind === "pepper_missing") {
    throw new KeysError("pepper_unavailable", peppers.whyUnknown(opened.pepper));
  }
  return opened.kind === "intact" ? opened.body : undefined;
}

/** Whether a key could be used now, as far as it is about itself. */
export function isLive(key: KeyBody, nowMs: number): boolean {
  return key.status === "active" && !isExpired(key, nowMs);
}

/** Whether a key has expired. */
export function isExpired({ expiresAt }: KeyBody, nowMs: number): boolean {
  return expiresAt !== undefined && nowMs >= Date.parse(expiresAt);
}

// Each row is sealed, but not which rows a store answers with.
function isChain(chain: readonly KeyBody[]): boolean {
  return chain.every(
    ({ parent, tenant }, index) => parent === chain[index + 1]?.id && tenant === chain[0]?.tenant,
  );
}

function invalidRecord(id: string): Refusal {
  return refuse(
    "record_invalid",
    `the record of key \`${id}\` was edited or damaged: issue a new key`,
  );
}
