import { definePlugin } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { parseConfiguration } from "../src/configuration-members.ts";
import { ScopewardError } from "../src/scopeward-error.ts";

const until = "2026-12-31T00:00:00Z";

function refusal(value: unknown): ScopewardError {
  try {
    parseConfiguration(value, "options");
  } catch (error) {
    if (ScopewardError.is(error)) return error;
    throw error;
  }
  throw new Error("accepted");
}

test("every member of the right shape is accepted", () => {
  const configuration = {
    policies: "policies",
    state: ".scopeward",
    watch: true,
    plugins: ["a.ts", new URL("file:///b.ts"), definePlugin({ name: "c" })],
    ignore: ["drafts"],
    verify: { keyFile: "key.pem", algorithm: "ES256" },
    isolation: "worker",
    limits: { inputBytes: 1, inputDepth: 2, memoryBytes: 3, timeoutMs: 4 },
    shadow: { orders: { until }, reports: { until } },
  };
  expect(parseConfiguration(configuration, "options")).toBe(configuration);
});

test("a source of bundles is accepted where a path is", () => {
  const policies = { name: "the shelf", read: () => undefined };
  expect(parseConfiguration({ policies }, "options")).toEqual({ policies });
});

test("an empty configuration is one", () => {
  expect(parseConfiguration({}, "options")).toEqual({});
});

test.for([
  [{ polices: "x" }, "`polices`"],
  [{ policies: 1 }, "`policies`"],
  [{ policies: "" }, "`policies`"],
  [{ policies: { name: "cannot be read" } }, "`policies`"],
  [{ policies: { name: "the shelf", read: () => undefined, pollMs: 0 } }, "`policies`"],
  [{ state: null }, "`state`"],
  [{ watch: "yes" }, "`watch`"],
  [{ plugins: "a.ts" }, "`plugins`"],
  [{ plugins: [{ name: "not one" }] }, "`plugins`"],
  [{ ignore: [""] }, "`ignore`"],
  [{ verify: "key" }, "`verify`"],
  [{ verify: { pem: "x" } }, "`verify.pem`"],
  [{ isolation: "process" }, "`isolation`"],
  [{ limits: { inputBytes: 0 } }, "`limits.inputBytes`"],
  [{ limits: { inputBytes: 1.5 } }, "`limits.inputBytes`"],
  [{ limits: { timeout: 5 } }, "`limits.timeout`"],
  [{ shadow: "orders" }, "`shadow`"],
  [{ shadow: { orders: until } }, "`shadow.orders`"],
  [{ shadow: { orders: { until: "soon" } } }, "`shadow.orders.until`"],
  [{ shadow: { orders: { until: 2_027 } } }, "`shadow.orders.until`"],
  [{ shadow: { reports: { until }, orders: {} } }, "`shadow.orders.until`"],
  [{ shadow: { orders: { until, since: until } } }, "`shadow.orders.since`"],
  [[], "it must be an object"],
  [null, "it must be an object"],
] as const)("%j is refused by the name of its member", ([value, named]) => {
  const error = refusal(value);
  expect(error.code).toBe("configuration_invalid");
  expect(error.message).toContain(named);
});

test("all members that are wrong are named at once", () => {
  const { message } = refusal({ watch: 1, limits: { inputBytes: -1 }, other: 2 });
  expect(message).toMatch(/`watch`[^]*`limits\.inputBytes`[^]*`other`/u);
});

test("only the end of a shadow that is wrong is named", () => {
  const { message } = refusal({ shadow: { reports: { until }, orders: { until: "soon" } } });
  expect(message).not.toContain("shadow.reports");
  expect(message).not.toContain("type object");
});

test("the message never shows a value", () => {
  expect(refusal({ state: ["s3cret"] }).message).not.toContain("s3cret");
});

test("a member that is undefined counts as absent", () => {
  expect(parseConfiguration({ watch: undefined }, "options")).toEqual({ watch: undefined });
});
