// Child process that acknowledges what it did not sync, so that the trace's check can be seen to fail.
// node unsynced-writer.ts <path of the database> <changes>
import { writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const [path = "", changes = "1"] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec(
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE keys (id INTEGER)",
);
for (let count = 0; count < Number(changes); count += 1) {
  database.prepare("INSERT INTO keys (id) VALUES (?)").run(count);
  writeSync(1, `${count}\n`);
}
