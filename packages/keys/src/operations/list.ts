import { covers, isRfc3339 } from "@scopeward/core";
import type { ListFilter } from "../keys.ts";
import type { KeysContext } from "../keys-context.ts";
import { KeysError } from "../keys-error.ts";
import { type KeyBody, recordOf } from "../record/key-body.ts";
import type { KeyRecord } from "../record/key-record.ts";
import type { KeyQuery, StoredKey } from "../store/key-store.ts";
import { isKeyId } from "../token/token.ts";
import { parseDuration } from "./duration.ts";
import { openRecord } from "./key-reading.ts";
import { readMembers } from "./request-members.ts";

type ListContext = Pick<KeysContext, "tenant" | "store" | "peppers" | "clock">;

/** A row of a page. */
export interface ListedKey {
  readonly stored: StoredKey;
  /** Undefined when the record is not what Scopeward wrote, or of another tenant. */
  readonly body: KeyBody | undefined;
  /** Why it cannot be told whether the record is intact. */
  readonly fault?: KeysError;
}

const pageSize = 1_000;
const filters: readonly (keyof ListFilter)[] = ["owner", "scope", "expiring", "status", "parent"];

/**
 * The keys that a filter lets through, oldest first. Damaged records are left out: `lint` tells of
 * them.
 * @throws TypeError for a filter that is malformed: an empty answer would be taken for "none".
 *   KeysError `pepper_unavailable` when it cannot be told whether a record is intact.
 */
export async function list(context: ListContext, filter: unknown): Promise<readonly KeyRecord[]> {
  const wanted = readFilter(filter);
  const { owner, parent, status } = wanted;
  const query = {
    ...(owner === undefined ? {} : { owner }),
    ...(parent === undefined ? {} : { parent }),
    ...(status === undefined ? {} : { status }),
  };
  const passes = laterFilter(wanted, context.clock.wallMs());
  const found: KeyRecord[] = [];
  for await (const listed of readKeys(context, query)) {
    if (listed.fault !== undefined) throw listed.fault;
    if (listed.body !== undefined && passes(listed.body)) {
      found.push(recordOfListed(listed, listed.body));
    }
  }
  return found.toSorted(
    (a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1),
  );
}

/** One key; undefined when it is not there, or not intact. */
export async function show(context: ListContext, id: unknown): Promise<KeyRecord | undefined> {
  if (typeof id !== "string" || !isKeyId(id)) return undefined;
  const [stored] = await context.store.readChain(id);
  const body = stored === undefined ? undefined : await openRecord(context, stored);
  return stored === undefined || body?.id !== id || body.tenant !== context.tenant
    ? undefined
    : recordOfListed({ stored, body }, body);
}

/** All keys of the tenant that a query of the store lets through, page by page. */
export async function* readKeys(
  context: ListContext,
  query: Omit<KeyQuery, "tenant" | "limit" | "after">,
): AsyncGenerator<ListedKey, void, undefined> {
  const { store, tenant } = context;
  let after: string | undefined;
  for (;;) {
    const page = await store.list({
      ...query,
      tenant,
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const stored of page) yield await openListed(context, stored);
    const last = page.at(-1)?.id;
    if (page.length < pageSize || last === undefined || last === after) return;
    after = last;
  }
}

// A row under a pepper that nobody has may be planted: it must not keep the others from being read.
async function openListed(context: ListContext, stored: StoredKey): Promise<ListedKey> {
  try {
    const body = await openRecord(context, stored);
    return { stored, body: body?.tenant === context.tenant ? body : undefined };
  } catch (fault) {
    if (!KeysError.is(fault)) throw fault;
    return { stored, body: undefined, fault };
  }
}

// Of the row, not of what is sealed: anybody who can write the store can write it.
function recordOfListed({ stored }: ListedKey, body: KeyBody): KeyRecord {
  const { lastUsedAt } = stored;
  return recordOf(body, lastUsedAt !== undefined && isRfc3339(lastUsedAt) ? lastUsedAt : undefined);
}

function readFilter(filter: unknown): ListFilter {
  // An owner that was not found must not become all owners.
  const read = readMembers(filter ?? {}, filters, "refused");
  if (read.kind === "refused") throw new TypeError(read.message);
  return read.members;
}

function laterFilter({ scope, expiring }: ListFilter, nowMs: number): (body: KeyBody) => boolean {
  const withinMs = expiring === undefined ? undefined : parseDuration(expiring);
  return ({ scopes, status, expiresAt }) => {
    if (scope !== undefined && !scopes.some((grant) => covers(grant, scope))) return false;
    if (withinMs === undefined) return true;
    const expiresMs = expiresAt === undefined ? Infinity : Date.parse(expiresAt);
    return status === "active" && expiresMs > nowMs && expiresMs <= nowMs + withinMs;
  };
}
