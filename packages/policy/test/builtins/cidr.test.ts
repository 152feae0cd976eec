import { describe, expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

// Each with what OPA 1.22.2 answers when a builtin's failure is an error.
const cases: readonly (readonly [name: string, args: readonly string[], expected: string])[] = [
  ["net.cidr_contains", ['"10.0.0.0/8"', '"10.1.2.3"'], "true"],
  ["net.cidr_contains", ['"10.0.0.0/8"', '"10.1.0.0/16"'], "true"],
  ["net.cidr_contains", ['"10.0.0.0/16"', '"10.0.0.0/8"'], "false"],
  ["net.cidr_contains", ['"::/0"', '"10.0.0.1"'], "false"],
  ["net.cidr_contains", ['"10.0.0.0/33"', '"10.0.0.1"'], "fails"],
  ["net.cidr_contains", ['"10.0.0.1"', '"10.0.0.1"'], "fails"],
  ["net.cidr_overlap", ['"10.0.0.0/8"', '"10.0.0.0/8"'], "true"],
  ["net.cidr_intersects", ['"10.0.0.0/8"', '"10.1.0.0/16"'], "true"],
  ["net.cidr_intersects", ['"10.0.0.0/8"', '"11.0.0.0/8"'], "false"],
  ["net.cidr_intersects", ['"10.0.0.0/8"', '"x"'], "fails"],
  ["net.cidr_is_valid", ['"fe80::/10"'], "true"],
  ["net.cidr_is_valid", ['"fe80::/129"'], "false"],
  ["net.cidr_is_valid", ["1"], "false"],
  [
    "net.cidr_expand",
    ['"192.168.0.0/30"'],
    '{"192.168.0.0","192.168.0.1","192.168.0.2","192.168.0.3"}',
  ],
  ["net.cidr_expand", ['"x"'], "fails"],
  ["net.cidr_merge", ['["10.0.0.0/9","10.128.0.0/9"]'], '{"10.0.0.0/8"}'],
  [
    "net.cidr_merge",
    ['["192.168.0.0/24","192.168.2.0/24","192.168.1.0/24"]'],
    '{"192.168.0.0/23","192.168.2.0/24"}',
  ],
  ["net.cidr_merge", ['["::1"]'], "fails"],
  [
    "net.cidr_contains_matches",
    ['["10.0.0.0/8","11.0.0.0/8"]', '{"a":"10.0.0.1","b":"12.0.0.1"}'],
    '{[0,"a"]}',
  ],
  ["net.cidr_contains_matches", ['"10.0.0.0/8"', '"10.0.0.1"'], '{["10.0.0.0/8","10.0.0.1"]}'],
  ["net.cidr_contains_matches", ["[1]", '"10.0.0.1"'], "fails"],
];

describe("networks", () => {
  test.each(cases)("%s of %j is %s", (name, args, expected) => {
    expect(answer(name, ...args)).toBe(expected);
  });
});
