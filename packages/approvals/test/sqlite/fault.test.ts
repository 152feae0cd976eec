import { expect, test } from "vitest";
import { ApprovalsError } from "../../src/approvals-error.ts";
import { isBusy, queueFault } from "../../src/sqlite/fault.ts";

/** An error as `node:sqlite` throws it; a row's value may be part of its message. */
function sqliteError(errcode: number): Error {
  return Object.assign(new Error("UNIQUE constraint failed: hunter2"), { errcode });
}

// https://www.sqlite.org/rescode.html
test.for([
  ["a missing table", 1, "corrupt"],
  ["no permission", 3, "not_writable"],
  ["a lock", 5, "unavailable"],
  ["a read-only file that was moved", 8 | (4 << 8), "not_writable"],
  ["a sync that failed", 10 | (4 << 8), "unavailable"],
  ["a damaged page", 11, "corrupt"],
  ["a full disk", 13, "not_writable"],
  ["a file that cannot be opened", 14, "unavailable"],
  ["no database", 26, "corrupt"],
] as const)("%s", ([, errcode, code]) => {
  const fault = queueFault(sqliteError(errcode), "/a/$&/approvals.db");
  expect(ApprovalsError.is(fault) && fault.code).toBe(code);
  expect(String(fault)).toContain("/a/$&/approvals.db");
  expect(String(fault)).not.toContain("hunter2");
});

test("what the file system throws is a fault of the queue, and what the work throws is not", () => {
  const refused = Object.assign(new Error("EACCES"), { syscall: "open" });
  expect(ApprovalsError.is(queueFault(refused, "p"))).toBe(true);
  for (const own of [new TypeError("misuse"), new ApprovalsError("closed", "closed"), "text"]) {
    expect(queueFault(own, "p")).toBe(own);
  }
});

test("only a lock is worth another try", () => {
  expect([5, 6, 15, 5 | (2 << 8)].map((code) => isBusy(sqliteError(code)))).toEqual(
    Array.from({ length: 4 }, () => true),
  );
  expect([1, 8, 10, 13].some((code) => isBusy(sqliteError(code)))).toBe(false);
});
