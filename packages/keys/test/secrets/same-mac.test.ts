import { createHmac } from "node:crypto";
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isSameMac } from "../../src/secrets/same-mac.ts";

const mac = createHmac("sha256", "key").update("text").digest("base64url");

describe("a MAC", () => {
  it("is the same as itself", () => {
    expect(isSameMac(`${mac.slice(0, 5)}${mac.slice(5)}`, mac)).toBe(true);
  });

  test.prop([fc.nat(42), fc.string({ unit: "binary", minLength: 1, maxLength: 1 })])(
    "is not one with another character, however that is encoded",
    (at, character) => {
      fc.pre(character !== mac[at]);
      expect(isSameMac(mac.slice(0, at) + character + mac.slice(at + 1), mac)).toBe(false);
    },
  );

  test.prop([fc.string()])("is no other text", (text) => {
    expect(isSameMac(text, mac)).toBe(text === mac);
  });
});
