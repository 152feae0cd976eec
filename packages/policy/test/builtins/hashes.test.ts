import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["crypto.md5", ['"é"'], '"66ddcd97cfdeabb2f6fb8a999b4bc76f"'],
  ["crypto.sha1", ['""'], '"da39a3ee5e6b4b0d3255bfef95601890afd80709"'],
  [
    "crypto.sha256",
    ['"abc"'],
    '"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"',
  ],
  ["crypto.sha256", ["1"], "fails"],
  ["crypto.hmac.md5", ['"m"', '"k"'], '"ed7e724d3a91554aaa2043041d9c5305"'],
  ["crypto.hmac.sha1", ['"m"', '"k"'], '"772b71c8a2997e768be01d9711e4a4f34a24ef33"'],
  [
    "crypto.hmac.sha256",
    ['"m"', '""'],
    '"a64092104c76d9ef65599c33c177609ecd49857456eb28133c4daea25bea960a"',
  ],
  [
    "crypto.hmac.sha512",
    ['"m"', '"k"'],
    '"94ec958658ae2d2e92ae742007904d439af3a5509156f6ad5bd0bab74868b4cbb7cbc817162b11e4aff59813415a730e9720fc5ff1d1015a1f7d1b67fb047d87"',
  ],
  ["crypto.hmac.sha512", ['"m"', "1"], "fails"],
  ["crypto.hmac.equal", ['"a"', '"a"'], "true"],
  ["crypto.hmac.equal", ['"a"', '"ab"'], "false"],
];

describe("digests", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
