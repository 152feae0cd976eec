import { KeyStoreError } from "../../key-store.ts";
import type { StoreHealth } from "../../key-store.ts";
import type { Session } from "./connections.ts";

const settings = {
  name: "settings",
  text: `select current_setting('fsync'), current_setting('full_page_writes'), pg_is_in_recovery(),
  exists (select from pg_class c where c.relnamespace = to_regnamespace('scopeward')
    and c.relkind = 'r' and c.relpersistence <> 'p')`,
};

/**
 * Whether the server keeps what it acknowledges. `synchronous_commit` is not asked for: a commit
 * turns `off` to `on` for itself, and each of the other values waits at least for the local disk.
 */
export async function judgeDurability(
  session: Session,
  acceptLostWrites: boolean,
): Promise<StoreHealth> {
  const [fsync, fullPageWrites, isStandby, hasUnlogged] = (await session.rows(settings))[0] ?? [];
  if (isStandby !== "f") {
    return { kind: "refused", reason: "it is a standby, and may be behind: name the primary" };
  }
  const losses = [
    ...(fsync === "on" ? [] : ["its setting `fsync` is not `on`"]),
    ...(fullPageWrites === "on" ? [] : ["its setting `full_page_writes` is not `on`"]),
    ...(hasUnlogged === "f" ? [] : ["a table of the schema `scopeward` is unlogged"]),
  ];
  if (losses.length === 0) return { kind: "durable" };
  const reason = `it loses what it acknowledged when it crashes: ${losses.join(", ")}`;
  return { kind: acceptLostWrites ? "lossy" : "refused", reason };
}

/** What each operation fails with meanwhile. */
export function notDurable(place: string, reason: string): KeyStoreError {
  return new KeyStoreError("not_durable", `${place} must not hold keys: ${reason}`);
}
