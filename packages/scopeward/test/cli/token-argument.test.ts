import { mintToken } from "@scopeward/keys";
import { expect, test } from "vitest";
import { InvalidInput } from "../../src/cli/invalid-input.ts";
import { refuseTokens } from "../../src/cli/token-argument.ts";

const token = mintToken("int", "000000000001").reveal();

test.for([
  ["alone", [token]],
  ["behind an option", ["keys", "verify", "--scope", token]],
  ["as an option's value", ["keys", "verify", `--scope=${token}`]],
  ["after --", ["keys", "show", "--", token]],
  ["without its end", [token.slice(0, 40)]],
  ["in other case", [token.toUpperCase()]],
  ["in a URL", [`https://example.com/?key=${token}`]],
] as const)("a token %s is refused, and not repeated", ([, args]) => {
  let message = "";
  expect(() => {
    try {
      refuseTokens(args);
    } catch (error) {
      message = (error as Error).message;
      throw error;
    }
  }).toThrow(InvalidInput);
  expect(message).not.toContain("sward_");
});

test("an id, a path and a scope are no tokens", () => {
  const args = ["keys", "show", "000000000001", "--state", ".scopeward/sward_int_", "notes:read"];
  expect(() => refuseTokens(args)).not.toThrow();
});
