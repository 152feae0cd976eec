import { existsSync, statSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inspect } from "node:util";
import type { ApprovalChannel } from "@scopeward/sdk";
import { approvalChannelCases } from "@scopeward/sdk/conformance";
import { describe, expect, onTestFinished, test } from "vitest";
import { ApprovalsError } from "../src/approvals-error.ts";
import { sqliteApprovals } from "../src/sqlite-queue.ts";
import { idOf, now, sampleRequest, yes } from "./sample-request.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test.for(approvalChannelCases)("$name", async ({ run }) => {
  const path = join(await temporaryFolder(), "approvals.db");
  const harness = { open: async () => sqliteApprovals(path), isDurable: true };
  await expect(run(harness)).resolves.toBeUndefined();
});

async function newQueue(): Promise<{ readonly path: string; readonly queue: ApprovalChannel }> {
  const path = join(await temporaryFolder(), "state", "approvals.db");
  return { path, queue: opened(path) };
}

function opened(path: string): ApprovalChannel {
  const queue = sqliteApprovals(path);
  onTestFinished(async () => await queue.close());
  return queue;
}

/** Another program's connection to the file; does `work` and goes away. */
function beside(path: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    work(database);
  } finally {
    database.close();
  }
}

/** The code of the fault that a call ends with; undefined when it ends well. */
async function codeOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (!ApprovalsError.is(error)) throw error;
    return error.code;
  }
}

test("nothing is made before the first call, and then for the owner alone", async () => {
  const { path, queue } = await newQueue();
  expect(existsSync(join(path, ".."))).toBe(false);
  await queue.create(sampleRequest("a"), now, 1);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    expect(statSync(file).mode & 0o777, file).toBe(0o600);
  }
  expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
});

test("a queue that is closed before its first call makes nothing", async () => {
  const { path, queue } = await newQueue();
  await queue.close();
  expect(await codeOf(queue.list(now))).toBe("closed");
  expect(existsSync(path)).toBe(false);
});

test.for(["", "a\0b"])("%j is no path", async (path) => {
  expect(await codeOf((async () => sqliteApprovals(path))())).toBe("misconfigured");
});

test("a call waits for a lock, while the process goes on", async () => {
  const { path, queue } = await newQueue();
  await queue.create(sampleRequest("a"), now, 9);
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  setTimeout(() => other.close(), 200);
  expect((await queue.create(sampleRequest("b"), now, 9)).kind).toBe("created");
});

test("a file that was removed is made anew, and one in its place is used", async () => {
  const { path, queue } = await newQueue();
  await queue.create(sampleRequest("a"), now, 9);
  for (const file of [path, `${path}-wal`, `${path}-shm`]) await rm(file);
  expect(await queue.list(now)).toEqual([]);
  await queue.create(sampleRequest("b"), now, 9);
  expect(await opened(path).list(now)).toHaveLength(1);
});

describe("a file that cannot be used is a named fault", () => {
  test("a text is no database", async () => {
    const { path, queue } = await newQueue();
    await mkdir(join(path, ".."));
    await writeFile(path, "no database at all, but of some length\n".repeat(50));
    expect(await codeOf(queue.list(now))).toBe("corrupt");
  });

  test("a folder is none either", async () => {
    const path = await temporaryFolder();
    expect(await codeOf(opened(path).list(now))).toBe("unavailable");
  });

  test("the database of another program is left alone", async () => {
    const { path, queue } = await newQueue();
    await mkdir(join(path, ".."));
    beside(path, (database) => database.exec("CREATE TABLE theirs (id TEXT)"));
    expect(await codeOf(queue.list(now))).toBe("misconfigured");
  });

  test("the file of a newer version is left alone", async () => {
    const { path, queue } = await newQueue();
    await queue.list(now);
    beside(path, (database) => database.exec("PRAGMA user_version = 2"));
    expect(await codeOf(opened(path).list(now))).toBe("schema_newer");
  });

  test("a table that is missing is damage, and the next call looks again", async () => {
    const { path, queue } = await newQueue();
    await queue.create(sampleRequest("a"), now, 9);
    beside(path, (database) => database.exec("ALTER TABLE approvals RENAME TO other"));
    expect(await codeOf(queue.list(now))).toBe("corrupt");
    beside(path, (database) => database.exec("ALTER TABLE other RENAME TO approvals"));
    expect(await queue.list(now)).toHaveLength(1);
  });
});

describe("a row that no queue wrote is refused, and never trusted", () => {
  const edits: readonly (readonly [fault: string, sql: string])[] = [
    ["a yes that nobody said", "status = 'approved'"],
    ["a no that nobody said", "status = 'denied'"],
    ["a use that nobody allowed", "status = 'consumed'"],
    ["an answer without a status", `answer = '${JSON.stringify(yes)}'`],
    [
      "a yes that is a no",
      `status = 'approved', answer = '${JSON.stringify({ ...yes, verdict: "deny" })}'`,
    ],
    ["an answer by nobody", `status = 'approved', answer = '{"verdict": "approve"}'`],
    ["an answer that is no JSON", "status = 'approved', answer = 'yes'"],
    ["a note without end", `status = 'denied', answer = '${JSON.stringify(longNote())}'`],
    ["a later end in the column alone", "expires_ms = expires_ms + 1"],
    ["a number that JavaScript has not", "expires_ms = 9223372036854775807"],
    ["another key in the column alone", "key_id = '000000000002'"],
    ["another tenant in the column alone", "tenant = 'other'"],
    ["another binding in the column alone", "binding = 'other'"],
    ["another age in the column alone", "created_ms = 0"],
    ["a question that is no JSON", "request = 'x'"],
    ["a question that is null", "request = 'null'"],
    ["a question of another id", `request = json_set(request, '$.id', '${idOf("b")}')`],
    ["arguments that are a list", "request = json_set(request, '$.args', json('[]'))"],
    ["a kind of action that there is not", "request = json_set(request, '$.action.type', 'x')"],
    ["codes that are no texts", "request = json_set(request, '$.codes', json('[1]'))"],
    ["an end that is no time", "request = json_set(request, '$.expiresAt', 'never')"],
    ["a subject without an id", "request = json_remove(request, '$.subject.id')"],
  ];

  test.for(edits)("%s", async ([, sql]) => {
    const { path, queue } = await newQueue();
    await queue.create(sampleRequest("a"), now, 9);
    beside(path, (database) => database.exec(`UPDATE approvals SET ${sql}`));
    expect(await codeOf(queue.list(now))).toBe("record_invalid");
    expect(await codeOf(queue.get(idOf("a"), now))).toBe("record_invalid");
    expect(await codeOf(queue.answer(idOf("a"), yes, yes.at))).toBe("record_invalid");
    expect(await codeOf(queue.consume(idOf("a"), yes.at))).toBe("record_invalid");
  });

  test("a status that there is not, in a table without our check", async () => {
    const { path, queue } = await newQueue();
    await queue.create(sampleRequest("a"), now, 9);
    beside(path, (database) =>
      database.exec(
        `PRAGMA ignore_check_constraints = ON; UPDATE approvals SET status = 'allowed'`,
      ),
    );
    expect(await codeOf(queue.get(idOf("a"), now))).toBe("record_invalid");
  });

  test("no message repeats what the row holds", async () => {
    const { path, queue } = await newQueue();
    await queue.create(sampleRequest("a", { args: { secret: "hunter2" } }), now, 9);
    beside(path, (database) => database.exec("UPDATE approvals SET status = 'approved'"));
    const fault = await queue.list(now).catch((error: unknown) => error);
    expect(inspect(fault, { depth: 9 })).not.toContain("hunter2");
  });
});

function longNote(): typeof yes {
  return { ...yes, verdict: "deny", note: "x".repeat(1_001) };
}
