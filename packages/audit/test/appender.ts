// A process of its own that appends entries: `appender.ts FOLDER NAME COUNT AT_ONCE`. It writes
// `acknowledged ID` or `unavailable REASON` for each answer, and tries again until it is acknowledged.
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openJsonLines } from "../src/json-lines.ts";
import { sampleEntry } from "./sample-entry.ts";

const [folder = "", name = "", count = "", atOnce = ""] = process.argv.slice(2);
const log = openJsonLines(folder);
let next = 1;

// Not through a stream: what is acknowledged must be known to the parent when this process is killed.
function tell(text: string): void {
  writeSync(1, `${text}\n`);
}

async function appendNext(): Promise<void> {
  while (next <= Number(count)) {
    const id = `${name}-${String(next)}`;
    next += 1;
    const entry = sampleEntry(id, { filler: "x".repeat(next % 700) });
    for (;;) {
      const answer = await log.append([entry]);
      if (answer.kind === "appended" && answer.durable) break;
      tell(`unavailable ${answer.kind === "unavailable" ? answer.reason : "after a crash"}`);
      await pause(20);
    }
    tell(`acknowledged ${id}`);
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, appendNext));
await log.close();
