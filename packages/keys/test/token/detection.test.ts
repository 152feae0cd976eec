import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { checksum } from "../../src/token/checksum.ts";
import { findTokens, redactTokens, tokenPattern } from "../../src/token/detection.ts";
import { mintToken, newKeyId } from "../../src/token/token.ts";

function token(id: string = newKeyId()): string {
  return mintToken("int", id).reveal();
}

function indexes(text: string): number[] {
  return findTokens(text).map(({ index }) => index);
}

describe("the pattern for scanners", () => {
  it("matches a token between guards, and gives it as its first group", () => {
    const one = token();
    for (const text of [one, `a ${one}`, `key=${one};`, `"${one}"`, `_${one}\n`]) {
      expect(new RegExp(tokenPattern, "u").exec(text)?.[1] === one).toBe(true);
    }
  });

  it("matches no part of a longer word", () => {
    expect(new RegExp(tokenPattern, "u").test(`a${token()}`)).toBe(false);
    expect(new RegExp(tokenPattern, "u").test(`${token()}a`)).toBe(false);
  });

  it("has neither look-around nor references, which Hyperscan does not know", () => {
    expect(tokenPattern).not.toMatch(/\(\?[=!<]|\\\d/u);
  });
});

describe("finding tokens in a text", () => {
  it("says key, kind, line and column, and not the token", () => {
    const id = newKeyId();
    const one = mintToken("agt", id).reveal();
    const found = findTokens(`first\nsecond: ${one}\n`);
    expect(found).toEqual([{ id, kind: "agt", row: 2, column: 9, index: 14 }]);
    expect(JSON.stringify(found)).not.toContain(one.slice(-49));
  });

  it("finds one at the start, at the end, and as the whole", () => {
    const one = token();
    expect(indexes(`${one} and more`)).toEqual([0]);
    expect(indexes(`before ${one}`)).toEqual([7]);
    expect(indexes(one)).toEqual([0]);
  });

  it("finds neighbours with one character between them, and with none", () => {
    const [one, other] = [token(), token()];
    expect(indexes(`${one},${other}`)).toEqual([0, 73]);
    expect(indexes(one + other)).toEqual([0, 72]);
    expect(indexes(`x${one}${other}x`)).toEqual([1, 73]);
  });

  it("finds one that begins inside another", () => {
    // The checksum of the first ends in the brand of the second.
    const [first, second] = overlapping();
    const text = first + second.slice(5);
    expect(indexes(text)).toEqual([0, 67]);
    expect(redactTokens(text)).toBe(
      `sward_int_${first.slice(10, 22)}_[redacted]sward_int_${second.slice(10, 22)}_[redacted]`,
    );
  });

  it("finds one after a false start", () => {
    expect(indexes(`sward_sward_int_sward_${token()}`)).toEqual([22]);
  });

  it("finds none whose checksum is wrong", () => {
    const one = token();
    const wrong = one.slice(0, -1) + (one.endsWith("0") ? "1" : "0");
    expect(findTokens(`${wrong} ${one.slice(0, -1)}`)).toEqual([]);
  });

  it("takes linear time where every position looks like a beginning, and on one long line", () => {
    const text = "sward_".repeat(1_000_000) + token().repeat(20_000);
    const started = performance.now();
    expect(findTokens(text)).toHaveLength(20_000);
    // Were each token to look for the end of the line again, this would be 10^10 characters.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test.prop([
    fc.array(fc.oneof(fc.constant("token"), fc.constantFrom("\n", "é", "sward_", " ", "😀", "a")), {
      maxLength: 40,
    }),
  ])("finds all of them at their places, and redacts all", (parts) => {
    const one = token("AbCdEfGhIjKl");
    const text = parts.map((part) => (part === "token" ? one : part)).join("");
    const expected = [...text.matchAll(new RegExp(one, "gu"))].map(({ index }) => index);
    const found = findTokens(text);
    expect(found.map(({ index }) => index)).toEqual(expected);
    for (const { row, column, index } of found) {
      const lines = text.slice(0, index).split("\n");
      expect([row, column]).toEqual([lines.length, lines.at(-1)!.length + 1]);
    }
    expect(redactTokens(text)).toBe(text.replaceAll(one, "sward_int_AbCdEfGhIjKl_[redacted]"));
  });
});

// The end of its secret was found by trying: its checksum ends in `sward`.
function overlapping(): readonly [string, string] {
  const body = `sward_int_${"A".repeat(12)}_${"B".repeat(37)}0FpRjx`;
  return [`${body}${checksum(body)}`, token()];
}
