import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { InvalidInput } from "../../src/cli/invalid-input.ts";
import { managementToken, readToken } from "../../src/cli/token-input.ts";

test.for([
  ["secret", "secret"],
  ["secret\n", "secret"],
  ["secret\r\n", "secret"],
  ["secret\n\n", "secret\n"],
  [" secret ", " secret "],
  ["", ""],
] as const)("standard input %j is the token %j", async ([text, token]) => {
  expect(await readToken({}, Readable.from([text]))).toBe(token);
});

test("the environment wins over standard input, unless it is empty", async () => {
  const input = Readable.from(["other"]);
  expect(await readToken({ SCOPEWARD_TOKEN: "secret\n" }, input)).toBe("secret");
  expect(await readToken({ SCOPEWARD_TOKEN: "" }, input)).toBe("other");
});

test("standard input without an end is read no further than a token can reach", async () => {
  let given = 0;
  const endless = Readable.from(
    (function* () {
      for (; given < 1000; given++) yield "x".repeat(1024);
    })(),
  );
  const token = await readToken({}, endless);
  expect(token.length).toBeGreaterThan(4096);
  expect(given).toBeLessThan(100);
  expect(endless.destroyed).toBe(true);
});

test("a terminal is not waited for", async () => {
  const terminal = Object.assign(Readable.from(["typed"]), { isTTY: true });
  await expect(readToken({}, terminal)).rejects.toThrow(InvalidInput);
});

test("a management token that went missing is a token, and none that verifies", () => {
  expect(managementToken({})).toBeUndefined();
  expect(managementToken({ SCOPEWARD_MANAGEMENT_TOKEN: "" })).toBe("");
  expect(managementToken({ SCOPEWARD_MANAGEMENT_TOKEN: "secret\n" })).toBe("secret");
});
