import { KeyStoreError } from "../../key-store.ts";
import type {
  Changes,
  Commit,
  CommitResult,
  IdempotencyRecord,
  KeyQuery,
  PendingEntry,
  StoredKey,
} from "../../key-store.ts";
import { keptChanges } from "../../kept-changes.ts";
import type { Session, Statement } from "./connections.ts";
import type { Row } from "./pg-module.ts";
import type { PreparedStatement } from "./prepared-query.ts";

const columns = "k.id, k.version, k.body, k.seal_pepper, k.seal, k.last_used_at";

const chain: PreparedStatement = {
  name: "chain",
  text: `select ${columns}, scopeward.ancestors(k.parent) from scopeward.keys k where k.id = $1`,
};

/** The key and those above it, nearest first. */
export async function readChain(session: Session, id: string): Promise<readonly StoredKey[]> {
  const [row] = await session.prepared(chain, [id]);
  if (row === undefined) return [];
  const above = row[6];
  if (typeof above !== "string") return [storedKey(row)];
  return [row, ...(JSON.parse(above) as Row[])].map(storedKey);
}

/** One page, in the order of the ids' bytes. */
export async function listKeys(session: Session, query: KeyQuery): Promise<readonly StoredKey[]> {
  const filters = (["owner", "parent", "status"] as const).filter(
    (name) => query[name] !== undefined,
  );
  const conditions = filters.map((name, index) => ` and k.${name} = $${index + 4}`).join("");
  const statement = {
    name: ["list", ...filters].join("-"),
    text: `select ${columns} from scopeward.keys k
where k.tenant = $1 and k.id > $2${conditions} order by k.id limit $3`,
  };
  const values = [query.tenant, query.after ?? "", query.limit, ...filters.map((it) => query[it])];
  return (await session.rows(statement, values)).map(storedKey);
}

const commitStatement: Statement = {
  name: "commit",
  text: `select outcome, key_id, request, head from scopeward.commit_keys(
$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
};

/** Carries out a commit, which takes one statement. */
export async function commitKeys(session: Session, commit: Commit): Promise<CommitResult> {
  const { writes, requires = [], idempotency } = commit;
  const [row = []] = await session.rows(commitStatement, [
    writes.map(({ key }) => key.id),
    writes.map(({ expects }) => expects),
    writes.map(({ key }) => key.version),
    writes.map(({ key }) => key.body),
    writes.map(({ key }) => key.sealPepper),
    writes.map(({ key }) => key.seal),
    writes.map(({ entry }) => entry),
    requires.map(({ id }) => id),
    requires.map(({ version }) => version),
    idempotency?.tenant,
    idempotency?.digest,
    idempotency?.request,
    idempotency?.keyId,
  ]);
  const [outcome, keyId, request, head] = row;
  if (outcome === "conflict") return { kind: "conflict", id: textOf(keyId) };
  if (outcome === "replayed" && idempotency !== undefined) {
    const { tenant, digest } = idempotency;
    const record = { tenant, digest, request: textOf(request), keyId: textOf(keyId) };
    return { kind: "replayed", record };
  }
  const first = integerOf(head) - writes.length + 1;
  return { kind: "committed", sequences: writes.map((_, index) => first + index) };
}

/** What an idempotency key was used for. */
export async function findIdempotency(
  session: Session,
  tenant: string,
  digest: string,
): Promise<IdempotencyRecord | undefined> {
  const text =
    "select request, key_id from scopeward.idempotency where tenant = $1 and digest = $2";
  const [row] = await session.rows({ name: "idempotency", text }, [tenant, digest]);
  if (row === undefined) return undefined;
  return { tenant, digest, request: textOf(row[0]), keyId: textOf(row[1]) };
}

const touchStatement: Statement = {
  name: "touch",
  text: `with used as (
  select distinct on (u.id) u.id, u.at from unnest($1::text[], $2::text[]) as u (id, at)
  order by u.id, u.at::timestamptz desc
), behind as (
  select k.id, used.at from scopeward.keys k join used on used.id = k.id
  where k.last_used_at is null or k.last_used_at::timestamptz < used.at::timestamptz
  order by k.id for no key update of k
)
update scopeward.keys k set last_used_at = behind.at from behind where k.id = behind.id`,
};

/** Moves the last use of keys forward. */
export async function touchKeys(
  session: Session,
  uses: readonly { readonly id: string; readonly at: string }[],
): Promise<void> {
  await session.rows(touchStatement, [uses.map(({ id }) => id), uses.map(({ at }) => at)]);
}

const changesStatement: Statement = {
  name: "changes",
  // In the order of the index, so that no plan reads the whole table.
  text: `select c.head, array_to_json(array(
  select distinct near.key_id from (
    select x.key_id from scopeward.changes x where x.sequence > greatest($1, c.head - ${keptChanges})
    order by x.sequence limit ${keptChanges}
  ) near
)) from scopeward.counter c where c.singleton`,
};

/** What changed after a sequence number, as far back as every change is surely kept. */
export async function changesSince(session: Session, sequence: number): Promise<Changes> {
  const [row = []] = await session.rows(changesStatement, [sequence]);
  const head = integerOf(row[0]);
  if (sequence > head || sequence < head - keptChanges) return { kind: "unknown", head };
  return { kind: "changes", head, ids: JSON.parse(textOf(row[1])) as string[] };
}

const pendingStatement: Statement = {
  name: "pending",
  text: `select sequence, key_id, entry,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
from scopeward.changes where not settled order by sequence limit $1`,
};

/** Entries that were not settled, the oldest first. */
export async function pendingEntries(
  session: Session,
  limit: number,
): Promise<readonly PendingEntry[]> {
  const rows = await session.rows(pendingStatement, [limit]);
  return rows.map(([sequence, keyId, entry, at]) => ({
    sequence: integerOf(sequence),
    keyId: textOf(keyId),
    entry: textOf(entry),
    at: textOf(at),
  }));
}

const settleStatement: Statement = {
  name: "settle",
  text: `with done as (
  update scopeward.changes set settled = true where sequence = any ($1::bigint[]) and not settled
)
delete from scopeward.changes
where settled and sequence <= (select head - ${keptChanges} from scopeward.counter where singleton)`,
};

/** Takes entries from those that are pending, and forgets settled ones of long ago. */
export async function settleEntries(session: Session, sequences: readonly number[]): Promise<void> {
  await session.rows(settleStatement, [sequences]);
}

/** The random id that the store was made with. */
export async function storeId(session: Session): Promise<string> {
  const text = "select store_id from scopeward.meta";
  return textOf((await session.rows({ name: "store-id", text }))[0]?.[0]);
}

function storedKey([id, version, body, sealPepper, seal, lastUsedAt]: Row): StoredKey {
  const key = {
    id: textOf(id),
    version: integerOf(version),
    body: textOf(body),
    sealPepper: textOf(sealPepper),
    seal: textOf(seal),
  };
  return typeof lastUsedAt === "string" ? { ...key, lastUsedAt } : key;
}

function textOf(value: string | null | undefined): string {
  if (typeof value === "string") return value;
  throw new KeyStoreError("corrupt", "a row of the key store lacks a value: put a backup back");
}

function integerOf(value: string | null | undefined): number {
  const number = Number(textOf(value));
  if (Number.isSafeInteger(number)) return number;
  throw new KeyStoreError("corrupt", "a number of the key store is too large: put a backup back");
}
