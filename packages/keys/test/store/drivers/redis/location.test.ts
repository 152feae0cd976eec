import { inspect } from "node:util";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseRedisUrl } from "../../../../src/store/drivers/redis/location.ts";
import { KeyStoreError } from "../../../../src/store/key-store.ts";

function faultOf(url: string): unknown {
  try {
    parseRedisUrl(url);
  } catch (error) {
    return error;
  }
}

it("host, port and database have their usual values where the URL leaves them out", () => {
  expect(parseRedisUrl("redis://keys.example")).toEqual({
    host: "keys.example",
    port: 6379,
    database: 0,
    tls: false,
    place: "redis://keys.example:6379/0",
  });
});

it("every part of a URL is read, and the place holds neither user nor password", () => {
  expect(parseRedisUrl("rediss://ada:p%40ss@[::1]:7000/12")).toEqual({
    host: "::1",
    port: 7000,
    database: 12,
    tls: true,
    username: "ada",
    password: "p@ss",
    place: "rediss://[::1]:7000/12",
  });
});

describe("a URL that is not wholly understood is refused", () => {
  it.for([
    ["no URL", "localhost:6379 "],
    ["another protocol", "http://localhost"],
    ["no host", "redis:///0"],
    ["a database that is no number", "redis://localhost/keys"],
    ["a database with a sign", "redis://localhost/-1"],
    ["a deeper path", "redis://localhost/0/1"],
    ["an option", "redis://localhost?acceptLostWrites=true"],
    ["a fragment", "redis://localhost#0"],
    ["a password that is not encoded", "redis://:50%@localhost"],
  ] as const)("%s", ([, url]) => {
    expect(faultOf(url)).toMatchObject({ name: "KeyStoreError", code: "misconfigured" });
  });
});

test.prop([fc.string(), fc.stringMatching(/^[a-z0-9]{16,20}$/)])(
  "no URL is answered with anything but a location or a fault, and neither a place nor a fault holds a password",
  (rest, password) => {
    for (const url of [`redis://:${password}@${rest}`, `redis://:${password}@host/${rest}`]) {
      try {
        expect(parseRedisUrl(url).place).not.toContain(password);
      } catch (error) {
        expect(KeyStoreError.is(error)).toBe(true);
        expect(inspect(error, { depth: 9 }).includes(password)).toBe(false);
      }
    }
  },
);
