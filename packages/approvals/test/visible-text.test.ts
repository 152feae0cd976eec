import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { visibleText } from "../src/visible-text.ts";

describe("what a terminal would act on, or not show, is written out", () => {
  it.for([
    ["an escape sequence", "a\u001B[2Jb", "a\\u{1B}[2Jb"],
    ["a line feed", "a\nb", "a\\u{A}b"],
    ["a carriage return", "a\rb", "a\\u{D}b"],
    ["a tab", "a\tb", "a\\u{9}b"],
    ["a C1 control", "a\u009B31mb", "a\\u{9B}31mb"],
    ["an override of direction", "a\u202Eb", "a\\u{202E}b"],
    ["an isolate", "a\u2066b", "a\\u{2066}b"],
    ["a zero-width space", "a\u200Bb", "a\\u{200B}b"],
    ["a joiner", "a\u200Db", "a\\u{200D}b"],
    ["a byte order mark", "a\uFEFFb", "a\\u{FEFF}b"],
    ["a soft hyphen", "a\u00ADb", "a\\u{AD}b"],
    ["a tag", "a\u{E0041}b", "a\\u{E0041}b"],
    ["a variation selector", "a\uFE0Fb", "a\\u{FE0F}b"],
    ["a Hangul filler", "a\u3164b", "a\\u{3164}b"],
    ["a blank pattern of Braille", "a\u2800b", "a\\u{2800}b"],
    ["a no-break space", "a\u00A0b", "a\\u{A0}b"],
    ["a line separator", "a\u2028b", "a\\u{2028}b"],
    ["half a character", "a\uD83Db", "a\\u{D83D}b"],
    ["a character of private use", "a\uE000b", "a\\u{E000}b"],
  ] as const)("%s", ([, text, shown]) => {
    expect(visibleText(text)).toBe(shown);
  });
});

it("what people write stays as it is", () => {
  for (const text of ["SELECT * FROM a", "é ü ß", "日本語", "שלום", "\u{1F600}", "\\u{1B}", ""]) {
    expect(visibleText(text)).toBe(text);
  }
});

test.prop([fc.string({ unit: "binary" })])(
  "whatever it is, one line comes of it, and nothing of it is unseen",
  (text) => {
    const shown = visibleText(text);
    expect(shown).not.toMatch(/\p{C}|(?! )\p{Z}/u);
    expect(visibleText(shown)).toBe(shown);
  },
);
