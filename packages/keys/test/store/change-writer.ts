// Child process of the durability tests: issues, rotates and revokes keys until it is killed, and
// writes a line to standard output for each change after the store acknowledged it.
// node change-writer.ts <path of the database> <name of this process> <lanes> <changes of each lane>
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { sqliteKeyStore } from "../../src/store/drivers/sqlite.ts";
import type { KeyWrite } from "../../src/store/key-store.ts";
import type { Acknowledged, ChangeEntry } from "./change-history.ts";

const [path = "", name = "", lanes = "1", limit = "1"] = process.argv.slice(2);
const store = sqliteKeyStore({ path });

interface LiveKey {
  readonly id: string;
  readonly version: number;
}

function written({ id, version }: LiveKey, status: string, entry: ChangeEntry): KeyWrite {
  const body = { id, tenant: "acme", owner: "user:ada", status, version, change: entry.change };
  return {
    key: { id, version, body: JSON.stringify(body), sealPepper: "p1", seal: "c2VhbA" },
    expects: version - 1,
    entry: JSON.stringify(entry),
  };
}

async function lane(number: number): Promise<void> {
  const live: LiveKey[] = [];
  for (let count = 0; count < Number(limit); count += 1) {
    const change = `${name}-${number}-${count}`;
    const kind = live.length < 4 ? "issue" : ["issue", "rotate", "revoke"][count % 3];
    const issued = { id: `k-${change}`, version: 0 };
    // A revocation ends two keys, so that half of it could be there.
    const targets = kind === "issue" ? [issued] : live.splice(count % 3, kind === "revoke" ? 2 : 1);
    const next = targets.map(({ id, version }) => ({ id, version: version + 1 }));
    const status = kind === "revoke" ? "revoked" : "active";
    const writes = next.map((key) =>
      written(key, status, { change, size: next.length, version: key.version }),
    );
    const idempotency = { tenant: "acme", digest: change, request: "r", keyId: next[0]?.id ?? "" };
    const result = await store.commit({ writes, idempotency });
    if (result.kind !== "committed") throw new Error(`a change is ${result.kind}`);
    const line: Acknowledged = { change, sequences: result.sequences, keys: next };
    writeSync(1, `${JSON.stringify(line)}\n`);
    if (kind !== "revoke") live.push(...next);
    if (Number(lanes) > 1) await pause(Math.random() * 2);
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, (_, number) => lane(number)));
await store.close();
