import { expect, test } from "vitest";
import { audit } from "../../src/obligations/audit.ts";
import { dutyOf } from "./duty.ts";

const token = `sward_agt_0123456789ab_${"x".repeat(49)}`;

test.each([
  ["a text", token, "[token]"],
  ["the name of a member", { [token]: 1 }, { "[token]": 1 }],
  ["JSON inside a text", `{"a":"${token}"}`, '{"a":"[token]"}'],
  ["an address", `https://x/?key=${token}&a=1`, "https://x/?key=[token]&a=1"],
  ["a list, cut short", [token.slice(0, 30)], ["[token]"]],
])("a token is never on record: %s", async (_, value, wanted) => {
  const duty = dutyOf({ type: "audit", fields: ["/a"], note: token }, { args: { a: value } });
  expect(await audit.fulfil(duty)).toEqual({ values: { "/a": wanted }, note: "[token]" });
});

const fulfil = async (a: string) =>
  audit.fulfil(dutyOf({ type: "audit", fields: ["/a"] }, { args: { a } }));

test("a value takes up to 1 KiB as it is written", async () => {
  expect(await fulfil("x".repeat(1_022))).toEqual({ values: { "/a": "x".repeat(1_022) } });
  for (const value of ["x".repeat(1_023), "é".repeat(512), "\u0000".repeat(200)]) {
    await expect(async () => fulfil(value)).rejects.toMatchObject({ code: "too_large" });
  }
});
