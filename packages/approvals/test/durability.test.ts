import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ApprovalChannel } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { sqliteApprovals } from "../src/sqlite-queue.ts";
import { now, sampleRequest, yes } from "./sample-request.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const script = fileURLToPath(new URL("./approver.ts", import.meta.url));
const rounds = 8;
const contested = 400;
// A child that never acknowledges anything is a failure, not a wait without end.
const startMs = 60_000;

interface Acknowledged {
  readonly id: string;
  readonly status: string;
}

/** What an approver had acknowledged when it was killed, `aliveMs` after its first line. */
async function killedApprover(
  path: string,
  name: string,
  aliveMs: number,
): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [script, path, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  let timer = setTimeout(() => child.kill("SIGKILL"), startMs);
  child.stdout.once("data", () => {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), aliveMs);
  });
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const signal = await new Promise((resolve, reject) => {
    child.on("error", reject).on("close", (_, by) => resolve(by));
  });
  clearTimeout(timer);
  if (signal !== "SIGKILL" || text === "") throw new Error("an approver ended by itself");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [id = "", status = ""] = line.split(" ");
      return { id, status };
    });
}

async function approveContested(queue: ApprovalChannel): Promise<void> {
  for (let count = 0; count < contested; count += 1) {
    const request = sampleRequest(`contested${String(count)}`);
    await queue.create(request, now, contested);
    await queue.answer(request.id, yes, yes.at);
  }
}

test("what was acknowledged is there after kill -9, and each approval was used once", async () => {
  const path = join(await temporaryFolder(), "approvals.db");
  const queue = sqliteApprovals(path);
  try {
    await approveContested(queue);
    const acknowledged: Acknowledged[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // Two at once: one goes on while the other leaves its locks and its half of the log.
      const told = await Promise.all(
        ["x", "y"].map(
          async (name) => await killedApprover(path, `${name}${String(round)}`, 20 + 15 * round),
        ),
      );
      acknowledged.push(...told.flat());
    }
    const order = ["pending", "approved", "denied", "consumed"];
    for (const { id, status } of acknowledged) {
      const found = (await queue.get(id, yes.at))?.status ?? "lost";
      // What was told later of the same record includes this.
      expect(order.indexOf(found), `${id} ${status}`).toBeGreaterThanOrEqual(order.indexOf(status));
    }
    const uses = acknowledged.filter(({ status }) => status === "consumed").map(({ id }) => id);
    expect(new Set(uses).size).toBe(uses.length);
    expect(uses.some((id) => id.startsWith("contested"))).toBe(true);
    expect(acknowledged.some(({ status }) => status === "denied")).toBe(true);
  } finally {
    await queue.close();
  }
});
