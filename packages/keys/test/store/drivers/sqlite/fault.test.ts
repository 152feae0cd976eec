import { expect, test } from "vitest";
import { keyStoreFault } from "../../../../src/store/drivers/sqlite/fault.ts";
import { KeyStoreError } from "../../../../src/store/key-store.ts";

function sqliteError(errcode: number): Error {
  return Object.assign(new Error("near a very private value"), {
    code: "ERR_SQLITE_ERROR",
    errcode,
    errstr: "the words for the code",
  });
}

test.for([
  ["SQLITE_ERROR", 1, "corrupt", "corrupt"],
  ["SQLITE_PERM", 3, "unavailable", "not_writable"],
  ["SQLITE_BUSY", 5, "unavailable", "unavailable"],
  ["SQLITE_BUSY_SNAPSHOT", 517, "unavailable", "unavailable"],
  ["SQLITE_LOCKED", 6, "unavailable", "unavailable"],
  ["SQLITE_NOMEM", 7, "unavailable", "unavailable"],
  ["SQLITE_READONLY", 8, "unavailable", "not_writable"],
  ["SQLITE_READONLY_DBMOVED", 1032, "unavailable", "not_writable"],
  ["SQLITE_IOERR_READ", 266, "unavailable", "not_writable"],
  ["SQLITE_IOERR_FSYNC", 1034, "unavailable", "not_writable"],
  ["SQLITE_IOERR_CORRUPTFS", 8458, "corrupt", "corrupt"],
  ["SQLITE_CORRUPT_INDEX", 779, "corrupt", "corrupt"],
  ["SQLITE_FULL", 13, "unavailable", "not_writable"],
  ["SQLITE_CANTOPEN", 14, "unavailable", "unavailable"],
  ["SQLITE_PROTOCOL", 15, "unavailable", "unavailable"],
  ["SQLITE_CONSTRAINT_CHECK", 275, "unavailable", "unavailable"],
  ["SQLITE_NOTADB", 26, "corrupt", "corrupt"],
] as const)("%s is the fault that the port has for it", ([, errcode, read, write]) => {
  const error = sqliteError(errcode);
  expect(keyStoreFault(error, "read", "/keys.db").code).toBe(read);
  const fault = keyStoreFault(error, "write", "/keys.db");
  expect(fault.code).toBe(write);
  expect(fault.cause).toBe(error);
  expect(fault.message).toContain("`/keys.db`");
  expect(fault.message).not.toContain("private");
});

test("what the system or a bug throws is unavailable, and a fault of the port stays as it is", () => {
  const denied = Object.assign(new Error("mkdir"), { code: "EACCES" });
  expect(keyStoreFault(denied, "write", "/keys.db").code).toBe("unavailable");
  expect(keyStoreFault("thrown", "read", "/keys.db").code).toBe("unavailable");
  const newer = new KeyStoreError("schema_newer", "newer");
  expect(keyStoreFault(newer, "read", "/keys.db")).toBe(newer);
});
