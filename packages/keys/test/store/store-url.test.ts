import { afterEach, describe, expect, test } from "vitest";
import { type KeyStore, KeyStoreError } from "../../src/store/key-store.ts";
import { openKeyStore } from "../../src/store/store-url.ts";

let opened: KeyStore[] = [];

function open(url: string): KeyStore {
  const store = openKeyStore(url);
  opened.push(store);
  return store;
}

function fault(url: string): KeyStoreError {
  try {
    open(url);
  } catch (error) {
    if (KeyStoreError.is(error)) return error;
    throw error;
  }
  throw new Error("it was opened");
}

afterEach(async () => {
  await Promise.all(opened.map(async (store) => await store.close()));
  opened = [];
});

describe("a store is opened by its URL, without any I/O", () => {
  test.each([
    ["sqlite:/var/lib/keys.db", /^sqlite:\/var\/lib\/keys\.db$/u, "immediate"],
    ["sqlite:keys.db", /^sqlite:\/.*\/keys\.db$/u, "immediate"],
    [
      "postgres://ada:pass-word@db.example:5433/wards",
      /^postgres:\/\/db\.example:5433\/wards$/u,
      "polled",
    ],
    ["postgresql://db.example/wards", /^postgres:\/\/db\.example/u, "polled"],
    ["redis://:pass-word@cache.example:6380", /^redis:\/\/cache\.example:6380/u, "polled"],
    ["rediss://cache.example", /^rediss:\/\/cache\.example/u, "polled"],
    ["redis://cache.example?accept-lost-writes=true", /^redis:\/\/cache\.example[^?]*$/u, "polled"],
    ["postgres://db.example/wards?accept-lost-writes=false", /^postgres:[^?]*$/u, "polled"],
  ] as const)("%s", (url, place, propagation) => {
    const store = open(url);
    expect(store.place).toMatch(place);
    expect(store.propagation).toBe(propagation);
  });
});

describe("misconfigured, and no password is repeated", () => {
  test.each([
    "",
    "keys.db",
    "file:keys.db",
    "sqlite:",
    "mysql://ada:pass-word@db.example/wards",
    "postgres//ada:pass-word@db.example",
    "redis://:pass-word@cache.example?accept-lost-writes=yes",
    "redis://:pass-word@cache.example?accept-lost-writes=true&accept-lost-writes=false",
    "postgres://ada:pass-word@db.example/wards?accept-lost-writes=",
  ])("%s", (url) => {
    const error = fault(url);
    expect(error.code).toBe("misconfigured");
    expect(error.message).not.toContain("pass-word");
  });
});
