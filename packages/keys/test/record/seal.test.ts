import { randomBytes } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { checkSeal, openKey, parseBody, sealKey } from "../../src/record/seal.ts";
import { openPeppers } from "../../src/secrets/peppers.ts";
import type { StoredKey } from "../../src/store/key-store.ts";
import { sampleBody } from "./sample-body.ts";

const versions = new Map([
  ["p_1", randomBytes(32)],
  ["p_2", randomBytes(32)],
]);
const peppers = openPeppers({ place: "here", read: async () => ({ current: "p_2", versions }) });
const pepper = await peppers.current();
const stored: StoredKey = sealKey(sampleBody, pepper);

async function kindOf(change: Partial<StoredKey>): Promise<string> {
  return (await openKey({ ...stored, ...change }, peppers)).kind;
}

describe("a sealed key", () => {
  it("is opened as it was sealed", async () => {
    expect(await openKey(stored, peppers)).toEqual({ kind: "intact", body: sampleBody });
    expect(stored).toMatchObject({ id: sampleBody.id, version: 3, sealPepper: "p_2" });
  });

  it("is intact with whatever time it was last used, which is not sealed", async () => {
    expect(await kindOf({ lastUsedAt: "2026-01-02T03:04:05Z" })).toBe("intact");
  });

  it.each<[string, (body: string) => string]>([
    ["a wider scope", (body) => body.replace("notes:*", "notes:**")],
    ["another owner", (body) => body.replace("user:ada", "user:eve")],
    ["a later expiry", (body) => body.replace("2027-01-02", "2028-01-02")],
    ["another status", (body) => body.replace('"active"', '"disabled"')],
    ["another digest", (body) => body.replace("AAAA", "BAAA")],
    ["another version", (body) => body.replace('"version":3', '"version":4')],
    ["a member twice", (body) => body.replace("{", '{"owner":"user:eve",')],
    [
      "another order",
      (body) =>
        JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body) as object).toReversed())),
    ],
    ["a space more", (body) => `${body} `],
    ["nothing", () => ""],
    ["no JSON", () => "{"],
  ])("is invalid when the database was edited: %s", async (_, edit) => {
    const body = edit(stored.body);
    expect(body).not.toBe(stored.body);
    expect(await kindOf({ body })).toBe("invalid");
  });

  it("is invalid in the row of another key, or of another version", async () => {
    expect(await kindOf({ id: "BbCdEfGhIjKl" })).toBe("invalid");
    expect(await kindOf({ version: 4 })).toBe("invalid");
  });

  it("is invalid under another pepper, and missing one is not the same", async () => {
    expect(await kindOf({ sealPepper: "p_1" })).toBe("invalid");
    expect(await openKey({ ...stored, sealPepper: "p_3" }, peppers)).toEqual({
      kind: "pepper_missing",
      pepper: "p_3",
    });
  });

  it.each<[string, (seal: string) => string]>([
    ["empty", () => ""],
    ["short", (seal) => seal.slice(0, -1)],
    ["long", (seal) => `${seal}A`],
    ["padded", (seal) => `${seal}=`],
    ["with a line end", (seal) => `${seal}\n`],
    ["with what decoding would skip", (seal) => `${seal.slice(0, 5)}!${seal.slice(5)}`],
    ["with bits beyond its end", (seal) => seal.slice(0, -1) + nextCharacter(seal.at(-1)!)],
    ["all zero", () => "A".repeat(43)],
    ["of 10 MB", () => "A".repeat(10_000_000)],
  ])("is invalid with a seal that is %s", async (_, edit) => {
    expect(await kindOf({ seal: edit(stored.seal) })).toBe("invalid");
  });

  it("is invalid when one bit of the seal is another", () => {
    const seal = Buffer.from(stored.seal, "base64url");
    for (let bit = 0; bit < 256; bit++) {
      const changed = Buffer.from(seal);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(checkSeal({ ...stored, seal: changed.toString("base64url") }, peppers)).toBe(
        "invalid",
      );
    }
  });

  it("is invalid when the seal is right but the text is no body", async () => {
    for (const body of ["{}", "null", "[]", "no JSON"]) {
      const seal = pepper.seal(body);
      expect(await kindOf({ body, seal })).toBe("invalid");
    }
  });

  it("is invalid when a lone surrogate stands where the replacement character was sealed", async () => {
    const sealed = sealKey({ ...sampleBody, name: "\ufffd" }, pepper);
    const edited = { ...sealed, body: sealed.body.replace("\ufffd", "\ud800") };
    expect((await openKey(sealed, peppers)).kind).toBe("intact");
    expect((await openKey(edited, peppers)).kind).toBe("invalid");
  });

  it("is invalid above 64 KiB, with a right seal too", async () => {
    const body = stored.body.replace("{", `{${" ".repeat(65_536)}`);
    const wide = stored.body.replace("sales", "é".repeat(32_500));
    for (const text of [body, wide]) {
      const seal = pepper.seal(text);
      expect(await kindOf({ body: text, seal })).toBe("invalid");
      expect(parseBody({ ...stored, body: text })).toBe(undefined);
    }
  });

  it("is opened when its pepper is found at the second look", async () => {
    let reads = 0;
    const late = openPeppers({
      place: "here",
      async read() {
        reads++;
        return { current: "p_2", versions };
      },
    });
    expect(checkSeal(stored, late)).toBe("pepper_missing");
    expect((await openKey(stored, late)).kind).toBe("intact");
    expect(reads).toBe(1);
  });

  it("is not made of a body that could not be read again", () => {
    for (const change of [{ owner: "ada" }, { version: 0 }, { name: "a".repeat(257) }]) {
      expect(() => sealKey({ ...sampleBody, ...change }, pepper)).toThrow(RangeError);
    }
  });

  test.prop([fc.nat(), fc.string({ unit: "binary", minLength: 1, maxLength: 3 })])(
    "is invalid after any edit of its text",
    async (place, text) => {
      const at = place % stored.body.length;
      const body = stored.body.slice(0, at) + text + stored.body.slice(at + text.length);
      fc.pre(body !== stored.body);
      expect(await kindOf({ body })).toBe("invalid");
    },
  );
});

describe("reading a body", () => {
  test.prop([fc.string()])("answers nothing for any other text", (body) => {
    expect(parseBody({ ...stored, body })).toBe(undefined);
  });

  it("takes no row whose columns have another type", () => {
    for (const value of [undefined, null, 1, {}, Buffer.from(stored.body)]) {
      const row = { ...stored, body: value } as unknown as StoredKey;
      expect(parseBody(row)).toBe(undefined);
      expect(checkSeal(row, peppers)).toBe("invalid");
      expect(checkSeal({ ...stored, seal: value } as unknown as StoredKey, peppers)).toBe(
        "invalid",
      );
    }
  });
});

// The character that differs in the two bits which decode to nothing.
function nextCharacter(last: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return alphabet[alphabet.indexOf(last) + 1]!;
}
