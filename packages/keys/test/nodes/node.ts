// One node of a cluster: a process that verifies one token again and again and tells what came of it,
// a line of JSON for each. Commands come on standard input, a line each.
import { createInterface } from "node:readline";
import { environmentSecrets, openKeys, openKeyStore } from "@scopeward/keys";
import type { KeyStore } from "@scopeward/keys";
import type { AuditLog } from "@scopeward/sdk";
import type { NodeCommand, NodeLine } from "./node-line.ts";

const [url = "", pauseMs = "1"] = process.argv.slice(2);
let clockOffsetMs = 0;
let readDelayMs = 0;
let hintsAreCut = false;
let token: string | undefined;

const keys = openKeys({
  store: disturbed(openKeyStore(url)),
  secrets: environmentSecrets(),
  audit: nowhere(),
  clock: { wallMs: () => Date.now() + clockOffsetMs, monotonicMs: () => performance.now() },
});

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line) as NodeCommand;
  if (command.token !== undefined) token = command.token;
  if (command.clockOffsetMs !== undefined) clockOffsetMs = command.clockOffsetMs;
  if (command.readDelayMs !== undefined) readDelayMs = command.readDelayMs;
  if (command.hintsAreCut !== undefined) hintsAreCut = command.hintsAreCut;
  if (command.close === true) void keys.close().then(() => process.exit(0));
});

for (;;) {
  if (token !== undefined) {
    // Real time, whatever the node's own clock says: the parent compares it with `effectiveBy`.
    const startedMs = Date.now();
    const verification = await keys.verify(token);
    tell({
      startedMs,
      endedMs: Date.now(),
      code: verification.outcome === "verified" ? "verified" : verification.code,
    });
  }
  await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
}

function tell(line: NodeLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** A store whose answers come late and whose hints get lost, as the commands say. */
function disturbed(store: KeyStore): KeyStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === "readChain") {
        return async (id: string) => {
          const chain = await target.readChain(id);
          if (readDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, readDelayMs));
          return chain;
        };
      }
      if (name === "listen" && target.listen !== undefined) {
        return async (hint: () => void) =>
          await target.listen?.(() => {
            if (!hintsAreCut) hint();
          });
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** Nodes that only verify write nothing. */
function nowhere(): AuditLog {
  return {
    append: () => Promise.resolve({ kind: "unavailable", reason: "this node writes nothing" }),
    health: () => Promise.resolve({ kind: "unavailable", reason: "this node writes nothing" }),
    highestSequence: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}
