/** What a server says of itself: settings, and the fields of INFO. */
export interface ServerState {
  /** undefined where CONFIG GET is not answered. */
  readonly settings: ReadonlyMap<string, string> | undefined;
  readonly info: ReadonlyMap<string, string>;
}

/** Settings that decide whether an acknowledged write is kept. */
export const durableSettings: ReadonlyMap<string, string> = new Map([
  ["appendonly", "yes"],
  // Any other policy acknowledges a write before it is on the disk.
  ["appendfsync", "always"],
  // Otherwise nothing is synced while the file is being rewritten.
  ["no-appendfsync-on-rewrite", "no"],
  // Any other policy forgets keys, and with them revocations.
  ["maxmemory-policy", "noeviction"],
]);

/** Sections of INFO that are needed. */
export const infoSections: readonly string[] = ["server", "replication", "persistence"];

/**
 * Why a server is no authority: it would lose what it acknowledges. Undefined when it keeps it.
 * What it does not say counts against it.
 */
export function lossReason({ settings, info }: ServerState): string | undefined {
  const reasons: string[] = [];
  if (settings === undefined) {
    reasons.push("it does not answer CONFIG GET, so its settings are not known");
  }
  for (const [name, wanted] of settings === undefined ? [] : durableSettings) {
    const found = settings?.get(name);
    if (found !== wanted) reasons.push(`\`${name}\` must be \`${wanted}\`, and is ${said(found)}`);
  }
  const expect = (name: string, wanted: string, why: string): void => {
    const found = info.get(name);
    if (found !== wanted)
      reasons.push(`${why}: \`${name}\` must be \`${wanted}\`, and is ${said(found)}`);
  };
  expect("role", "master", "a replica follows another server");
  // A fail-over makes a replica the master that has not heard of the last writes.
  expect("connected_slaves", "0", "a replica could take its place without the last writes");
  expect("aof_enabled", "1", "it does not write its append-only file");
  expect("aof_last_write_status", "ok", "it could not write its append-only file");
  if (isFirstFileUnfinished(info)) {
    reasons.push("its append-only file was switched on and is not whole yet");
  }
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

/** After a switch to `appendonly yes` at run time the file counts only once the data is in it. */
function isFirstFileUnfinished(info: ReadonlyMap<string, string>): boolean {
  const isRewritten =
    info.get("aof_rewrite_in_progress") === "0" &&
    info.get("aof_rewrite_scheduled") === "0" &&
    info.get("aof_last_bgrewrite_status") === "ok";
  return info.get("aof_base_size") === "0" && !isRewritten;
}

function said(value: string | undefined): string {
  return value === undefined ? "not told" : `\`${value}\``;
}
