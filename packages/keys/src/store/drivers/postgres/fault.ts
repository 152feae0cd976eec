import { KeyStoreError } from "../../key-store.ts";
import type { KeyStoreErrorCode } from "../../key-store.ts";
import type { PostgresLocation } from "./location.ts";

/** SQLSTATE codes, or their first two characters, and those of the network: what they mean here. */
const meanings: Readonly<Record<string, readonly [KeyStoreErrorCode, string]>> = {
  "25006": ["not_writable", "is read-only"],
  "53100": ["not_writable", "has no room left on its disk"],
  XX001: ["corrupt", "holds damaged data"],
  XX002: ["corrupt", "holds a damaged index"],
  "58P01": ["corrupt", "lacks a file"],
  // A row that must be there is not, or is there twice: somebody changed the tables by hand.
  P0002: ["corrupt", "lacks a row that every key store has"],
  "21": ["corrupt", "holds a row more than once"],
  "23": ["corrupt", "holds rows that contradict each other"],
  "42P01": ["corrupt", "lacks a table of the key store"],
  "42703": ["corrupt", "lacks a column of the key store"],
  "42883": ["corrupt", "lacks a function of the key store"],
  "3F": ["corrupt", "lacks the schema `scopeward`"],
  "42501": ["misconfigured", "does not let this user do what a key store needs"],
  "28": ["misconfigured", "refused the user or the password"],
  "3D": ["misconfigured", "has no such database"],
  ECONNREFUSED: ["unavailable", "cannot be reached: see whether it runs at this address"],
  EHOSTUNREACH: ["unavailable", "cannot be reached: there is no way to its host from here"],
  ENOTFOUND: ["unavailable", "cannot be reached: nobody knows a host of this name"],
};

/** What went wrong, as a fault of the store; without a cause, because `pg` hangs its client on errors. */
export function faultOf(error: unknown, location: PostgresLocation): KeyStoreError {
  if (KeyStoreError.is(error)) return error;
  const { code, message } = readError(error);
  const [kind, what] = meanings[code] ?? meanings[code.slice(0, 2)] ?? generalMeaning(message);
  const detail = location.redact(message === "" ? code : message).slice(0, 200);
  return new KeyStoreError(kind, `${location.place} ${what} (${detail})`);
}

function generalMeaning(message: string): readonly [KeyStoreErrorCode, string] {
  // `pg` has no code for a server that wants a password where there is none.
  if (message.startsWith("SASL")) return ["misconfigured", "refused the user or the password"];
  return ["unavailable", "did not answer as it should"];
}

function readError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: "", message: "" };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { code, message: error.message };
}
