import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { KeyStoreError } from "../../../../src/store/key-store.ts";
import { parsePostgresUrl } from "../../../../src/store/drivers/postgres/location.ts";
import { faultOf } from "../../../../src/store/drivers/postgres/fault.ts";

const location = parsePostgresUrl("postgres://ada:s3cret@db.example/keys");

describe("what the server says", () => {
  test.for([
    ["25006", "not_writable"],
    ["53100", "not_writable"],
    ["XX001", "corrupt"],
    ["23505", "corrupt"],
    ["42P01", "corrupt"],
    ["28P01", "misconfigured"],
    ["3D000", "misconfigured"],
    ["42501", "misconfigured"],
    ["57P01", "unavailable"],
    ["57014", "unavailable"],
    ["53300", "unavailable"],
    ["40P01", "unavailable"],
    ["ECONNREFUSED", "unavailable"],
    ["", "unavailable"],
  ] as const)("`%s` is %s", ([code, expected]) => {
    const error = Object.assign(new Error("because"), { code });
    expect(faultOf(error, location)).toMatchObject({ name: "KeyStoreError", code: expected });
  });
});

test("a fault holds neither a password nor the error of pg, which holds its client", () => {
  const error = Object.assign(new Error("no entry for s3cret"), {
    client: { url: location.url },
    detail: "Failing row contains (s3cret)",
  });
  expect(inspect(faultOf(error, location), { depth: 9, showHidden: true })).not.toContain("s3cret");
});

test("a fault of the store stays what it is, and what is no error is one", () => {
  const closed = new KeyStoreError("closed", "the key store was closed");
  expect(faultOf(closed, location)).toBe(closed);
  expect(faultOf(undefined, location)).toMatchObject({ code: "unavailable" });
});
