// Child process that writes one key after the other while its disk has faults, reads after each, and
// says how both ended.
// node fault-writer.ts <path of the database> <keys>
import { writeSync } from "node:fs";
import { bodyWrite } from "../../src/store/conformance/sample-key.ts";
import { sqliteKeyStore } from "../../src/store/drivers/sqlite.ts";
import { KeyStoreError } from "../../src/store/key-store.ts";

const [path = "", keys = "1"] = process.argv.slice(2);
const store = sqliteKeyStore({ path });

async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "done";
  } catch (error) {
    return KeyStoreError.is(error) ? error.code : "no fault of the port";
  }
}

await store.storeId();
for (let count = 0; count < Number(keys); count += 1) {
  const id = `k${count}`;
  const committed = await outcomeOf(store.commit({ writes: [bodyWrite(id, 1, `{"id":"${id}"}`)] }));
  const read = await outcomeOf(store.readChain("k0"));
  writeSync(1, `${id} ${committed} ${read}\n`);
}
await store.close();
