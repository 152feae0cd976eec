import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import {
  audiences,
  choiceListOption,
  constraints,
  filled,
  lifeSeconds,
  words,
} from "../../src/cli/keys-options.ts";

test("words are comma separated, and those given again are added", () => {
  expect(words("b,c", words("a"))).toEqual(["a", "b", "c"]);
});

test.for(["", ",", "a,", ",a", "a,,b"])("words `%s` with an empty one are refused", (text) => {
  expect(() => words(text)).toThrow(InvalidArgumentError);
});

test.for([
  ["dataset=sales", { dataset: ["sales"] }],
  ["dataset=sales,hr", { dataset: ["sales", "hr"] }],
  ["dataset=", { dataset: [] }],
  ["dataset=a=b", { dataset: ["a=b"] }],
] as const)("constraint `%s` is %j", ([text, expected]) => {
  expect(constraints(text)).toEqual(expected);
});

test("constraints of other names stand beside each other", () => {
  expect(constraints("cidr=10.0.0.0/8", constraints("dataset="))).toEqual({
    dataset: [],
    cidr: ["10.0.0.0/8"],
  });
});

test("a name is a member like any other, whatever JavaScript means by it", () => {
  expect(Object.keys(constraints("__proto__=a"))).toEqual(["__proto__"]);
});

test.for(["", "dataset", "=sales", "dataset=a,", "dataset=,"])(
  "constraint `%s` is refused",
  (text) => {
    expect(() => constraints(text)).toThrow(InvalidArgumentError);
  },
);

test("a constraint that is given twice is refused, and not widened", () => {
  expect(() => constraints("dataset=hr", { dataset: ["sales"] })).toThrow(InvalidArgumentError);
});

test.for([
  ["90s", 90],
  ["15m", 900],
  ["24h", 86_400],
  ["30d", 2_592_000],
  ["0s", 0],
] as const)("life %s is %d seconds", ([text, seconds]) => {
  expect(lifeSeconds(text)).toBe(seconds);
});

test.for(["", "90", "d", "-1d", "1.5d", "1w", "1 d", "9999999999d"])(
  "life `%s` is refused",
  (text) => {
    expect(() => lifeSeconds(text)).toThrow(InvalidArgumentError);
  },
);

test("an empty filter is refused, because it would mean all", () => {
  expect(() => filled("")).toThrow(InvalidArgumentError);
  expect(filled("user:ada")).toBe("user:ada");
});

test("a choice among several refuses what is none of them", () => {
  const { parseArg } = choiceListOption("--of <x>", "of", audiences);
  expect(parseArg?.("internal,external", undefined)).toEqual(["internal", "external"]);
  expect(() => parseArg?.("internal,public", undefined)).toThrow(InvalidArgumentError);
});
