// Child process of the durability test: asks, answers and uses approvals until it is killed, and
// writes a line to standard output for each change after the queue acknowledged it.
// node approver.ts <path of the database> <name of this process>
import { writeSync } from "node:fs";
import { sqliteApprovals } from "../src/sqlite-queue.ts";
import { idOf, now, sampleRequest, yes } from "./sample-request.ts";

const [path = "", name = ""] = process.argv.slice(2);
const queue = sqliteApprovals(path);

// Not through a stream: what is acknowledged must be known to the parent when this process is killed.
function tell(id: string, status: string): void {
  writeSync(1, `${id} ${status}\n`);
}

// Every process races for these: each may be used once.
async function consumeContested(count: number): Promise<void> {
  const id = idOf(`contested${String(count)}`);
  if ((await queue.consume(id, yes.at)).kind === "changed") tell(id, "consumed");
}

for (let count = 0; count < 100_000; count += 1) {
  const request = sampleRequest(`${name}-${String(count)}`);
  const { id } = request;
  if ((await queue.create(request, now, 100_000)).kind === "created") tell(id, "pending");
  const verdict = count % 3 === 0 ? "deny" : "approve";
  const answered = await queue.answer(id, { ...yes, verdict }, yes.at);
  if (answered.kind === "changed") tell(id, answered.record.status);
  if (count % 3 === 1 && (await queue.consume(id, yes.at)).kind === "changed") tell(id, "consumed");
  await consumeContested(count);
}
