// Child process that takes its own rights to a store away and gives them back, and says how the
// calls ended. As root, whom no permission stops, it becomes somebody else first.
// node read-only-store.ts <folder, empty, owned by the user> [user id]
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { sampleWrite } from "../../../src/store/conformance/sample-key.ts";
import { sqliteKeyStore } from "../../../src/store/drivers/sqlite.ts";
import { type KeyStore, KeyStoreError } from "../../../src/store/key-store.ts";

const [folder = "", user] = process.argv.slice(2);
if (user !== undefined) process.setuid?.(Number(user));
const path = join(folder, "keys.db");

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "done";
  } catch (error) {
    return KeyStoreError.is(error) ? error.code : "no fault of the port";
  }
}

async function outcomes(store: KeyStore, id: string): Promise<string[]> {
  const readOutcome = async (): Promise<string> =>
    outcomeOf(store.readChain("k1").then((chain) => chain[0] ?? Promise.reject(new Error("none"))));
  return [
    await readOutcome(),
    await outcomeOf(store.commit({ writes: [sampleWrite(id)] })),
    await readOutcome(),
  ];
}

function permit(folderMode: number, fileMode: number): void {
  chmodSync(folder, 0o700);
  for (const end of ["", "-wal", "-shm"]) chmodSync(path + end, fileMode);
  chmodSync(folder, folderMode);
}

const open = sqliteKeyStore({ path });
await open.commit({ writes: [sampleWrite("k1")] });
permit(0o500, 0o400);
const openOutcomes = await outcomes(open, "k2");
permit(0o700, 0o600);
const mended = await outcomes(open, "k3");
await open.close();
permit(0o500, 0o400);
const opened = sqliteKeyStore({ path });
const openedOutcomes = await outcomes(opened, "k4");
permit(0o700, 0o600);
const openedMended = await outcomes(opened, "k5");
await opened.close();
process.stdout.write(JSON.stringify({ openOutcomes, mended, openedOutcomes, openedMended }));
