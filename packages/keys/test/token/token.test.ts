import { randomBytes } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { checksum } from "../../src/token/checksum.ts";
import {
  isKeyId,
  keyKinds,
  mintToken,
  newKeyId,
  parseToken,
  tokenLength,
} from "../../src/token/token.ts";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function sealed(body: string): string {
  return `${body}${checksum(body)}`;
}

describe("the checksum of a token", () => {
  it("is that of GitHub's tokens", () => {
    expect(checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ")).toBe("0mLq17");
  });

  it("is padded to six characters", () => {
    expect(checksum("")).toBe("000000");
  });
});

describe("a minted token", () => {
  it.each(keyKinds)("of kind %s is read back as kind, id and text", (kind) => {
    const id = newKeyId();
    const text = mintToken(kind, id).reveal();
    expect(parseToken(text)).toEqual({ kind, id, text });
  });

  it("uses every character of the alphabet about equally often", () => {
    const counts = new Map<string, number>();
    const tokens = 2_000;
    for (let index = 0; index < tokens; index++) {
      const secret = mintToken("int", "A".repeat(12)).reveal().slice(23, 66);
      for (const character of secret) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = (tokens * 43) / base62.length;
    let chiSquare = 0;
    for (const character of base62) {
      chiSquare += ((counts.get(character) ?? 0) - expected) ** 2 / expected;
    }
    expect([...counts.keys()].toSorted().join("")).toBe(base62);
    // 61 degrees of freedom: by chance above 150 once in 10^9 runs; `byte % 62` alone gives over 1,000.
    expect(chiSquare).toBeLessThan(150);
  });

  it("has an id and a secret that never come again", () => {
    const ids = new Set(Array.from({ length: 5_000 }, newKeyId));
    const tokens = new Set(
      Array.from({ length: 5_000 }, () => mintToken("int", "A".repeat(12)).reveal()),
    );
    expect([ids.size, tokens.size]).toEqual([5_000, 5_000]);
    expect([...ids].every(isKeyId)).toBe(true);
  });
});

describe("reading a token", () => {
  it("refuses every change of a single character", () => {
    const text = mintToken("ext", newKeyId()).reveal();
    const accepted: string[] = [];
    for (let at = 0; at < text.length; at++) {
      for (const character of `${base62}_-. \n\0é`) {
        if (character === text[at]) continue;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        if (parseToken(changed) !== undefined) accepted.push(`${character} at ${at}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  it("refuses every two neighbours that changed places, every cut and every addition", () => {
    const text = mintToken("agt", newKeyId()).reveal();
    for (let at = 0; at < text.length; at++) {
      const [a = "", b = ""] = text.slice(at, at + 2);
      const swapped = text.slice(0, at) + b + a + text.slice(at + 2);
      expect(parseToken(swapped) === undefined).toBe(swapped !== text);
      expect(parseToken(text.slice(0, at)) === undefined).toBe(true);
      expect(parseToken(text.slice(at + 1)) === undefined).toBe(true);
      expect(parseToken(`${text.slice(0, at)}0${text.slice(at)}`) === undefined).toBe(true);
    }
  });

  it.each([
    ["another brand", sealed(`spard_int_${"a".repeat(12)}_${"b".repeat(43)}`)],
    ["an unknown kind", sealed(`sward_adm_${"a".repeat(12)}_${"b".repeat(43)}`)],
    ["the kind in capitals", sealed(`sward_INT_${"a".repeat(12)}_${"b".repeat(43)}`)],
    ["a character outside base 62", sealed(`sward_int_${"a".repeat(12)}_${"b".repeat(42)}-`)],
    ["a digit of another script", sealed(`sward_int_${"a".repeat(12)}_${"b".repeat(42)}٣`)],
    ["a full-width letter", sealed(`sward_int_${"a".repeat(11)}ａ_${"b".repeat(43)}`)],
    ["a line end in it", sealed(`sward_int_${"a".repeat(12)}_${"b".repeat(42)}\n`)],
  ])("refuses %s, with a right checksum", (_, text) => {
    expect(text).toHaveLength(tokenLength);
    expect(parseToken(text)).toBe(undefined);
  });

  it.each([" ", "\n", "\t", "\u00a0", "\u200b", "\ufeff", "\0", '"'])(
    "refuses white space and marks around it (%j)",
    (mark) => {
      const text = mintToken("int", newKeyId()).reveal();
      expect(parseToken(mark + text) === undefined).toBe(true);
      expect(parseToken(text + mark) === undefined).toBe(true);
    },
  );

  it("refuses what is no text, also what would turn into one", () => {
    const secret = mintToken("int", newKeyId());
    const text = secret.reveal();
    const values = [undefined, null, 72, true, Symbol("x"), [text], secret, Buffer.from(text)];
    // oxlint-disable-next-line no-new-wrappers -- that it is an object is the point.
    for (const value of [...values, new String(text), { toString: () => text }, () => text]) {
      expect(parseToken(value) === undefined).toBe(true);
    }
  });

  it("refuses 10 MB without looking into them", () => {
    const long = mintToken("int", newKeyId()).reveal() + "a".repeat(10_000_000);
    const started = performance.now();
    for (let index = 0; index < 1_000; index++) expect(parseToken(long) === undefined).toBe(true);
    // Reading 10 GB would take seconds.
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test.prop([fc.string({ unit: "binary", maxLength: 200 })])("refuses any other text", (text) => {
    expect(parseToken(text)).toBe(undefined);
  });

  test.prop([fc.uint8Array({ minLength: 49, maxLength: 49 })])(
    "refuses the right shape with a wrong checksum",
    (bytes) => {
      const rest = [...bytes].map((byte) => base62[byte % 62]).join("");
      const text = `sward_int_${"a".repeat(12)}_${rest}`;
      fc.pre(checksum(text.slice(0, -6)) !== text.slice(-6));
      expect(parseToken(text)).toBe(undefined);
    },
  );
});

describe("a key id", () => {
  it.each(["", "short", "a".repeat(13), "aaaaaaaaaaa-", "aaaaaaaaaaa\n", "ａ".repeat(12)])(
    "is not %j",
    (text) => {
      expect(isKeyId(text)).toBe(false);
    },
  );

  it("has twelve characters of base 62", () => {
    expect(isKeyId(randomBytes(6).toString("hex"))).toBe(true);
  });
});
