import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { credentialsOf } from "../../src/http/bearer.ts";

const noQuery = new URLSearchParams();

it.each(["Bearer", "bearer", "BEARER", "bEaReR"])("the scheme may be written %s", (scheme) => {
  const shown = credentialsOf([`${scheme}   abc.DEF_123~+/-==`], noQuery);
  expect(shown).toEqual({ kind: "token", token: "abc.DEF_123~+/-==" });
});

it.each([[[]], [["Basic YTpi"]], [[""]], [["Bearerabc"]], [["Digest a=b"]]])(
  "no bearer token is shown by %j",
  (headers) => {
    expect(credentialsOf(headers, noQuery)).toEqual({ kind: "none" });
  },
);

it.each([
  ["two headers", ["Bearer a", "Bearer b"], ""],
  ["two headers that were joined", ["Bearer a, Bearer b"], ""],
  ["two schemes that were joined", ["Basic YTpi, Bearer a"], ""],
  ["two schemes", ["Basic YTpi", "Bearer a"], ""],
  ["one in the address as well", ["Bearer a"], "access_token=b"],
])("%s are too many", (_, headers, query) => {
  expect(credentialsOf(headers, new URLSearchParams(query))).toEqual({ kind: "several" });
});

it("a token in the address alone is not used", () => {
  expect(credentialsOf([], new URLSearchParams("access_token=a"))).toEqual({ kind: "none" });
});

describe("whatever the header is", () => {
  test.prop([fc.string({ unit: "binary" })])("what is shown is a b64token or nothing", (text) => {
    for (const header of [text, `Bearer ${text}`, `bearer\t${text}`]) {
      const shown = credentialsOf([header], noQuery);
      if (shown.kind === "token") expect(shown.token).toMatch(/^(?:[\w.~+/-]+=*)?$/u);
    }
  });
});
