import type { StoredKey } from "../../key-store.ts";

/** One row of the table `keys`, as {@link keyColumns} names it. */
export interface KeyRow {
  readonly id: string;
  readonly version: number;
  readonly body: string;
  readonly sealPepper: string;
  readonly seal: string;
  readonly lastUsedAt: string | null;
}

/** The columns of a {@link StoredKey}. */
export const keyColumns =
  "id, version, body, seal_pepper AS sealPepper, seal, last_used_at AS lastUsedAt";

/** The key of a row. */
export function storedKey(row: KeyRow): StoredKey {
  const { id, version, body, sealPepper, seal, lastUsedAt } = row;
  const key = { id, version, body, sealPepper, seal };
  return lastUsedAt === null ? key : { ...key, lastUsedAt };
}
