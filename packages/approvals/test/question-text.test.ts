import { fc, test } from "@fast-check/vitest";
import type { JsonObject } from "@scopeward/core";
import type { ApprovalRecord } from "@scopeward/sdk";
import { expect, it } from "vitest";
import { ageText, questionText } from "../src/question-text.ts";
import { now, sampleRequest, yes } from "./sample-request.ts";

const bounds = { characters: 40, rows: 3 };
const nowMs = Date.parse(now) + 180_000;

function textOf(members: Partial<ApprovalRecord>): string {
  return questionText({ ...sampleRequest("a"), status: "pending", ...members }, nowMs, bounds);
}

it("a person reads who wants what, with which arguments, and why it is asked", () => {
  const resource = { type: "dataset", id: "sales" };
  const lines = textOf({ resource, args: { limit: 10_000, text: "x" } }).split("\n");
  expect(lines).toEqual([
    "id         a-0000000000000000000000",
    "tool       delete_rows",
    "resource   dataset:sales",
    "arguments  2",
    "  limit    10000",
    '  text     "x"',
    "for        user:ada",
    "through    agent:researcher",
    "key        000000000001 of tenant acme",
    "codes      large_export",
    "because    large_export: more than 1,000 rows",
    "asked      2026-03-01T10:00:00.000Z (3 min ago)",
    "expires    2026-03-01T10:15:00.000Z (in 12 min)",
    "status     pending",
    "",
  ]);
});

it("once it is answered, who said what and when is there too", () => {
  const text = textOf({ status: "approved", answer: { ...yes, note: "fine\nby me" } });
  expect(text).toMatch(/^answer {5}approve by user:grace$/mu);
  expect(text).toMatch(/^answered {3}2026-03-01T10:01:00\.000Z \(2 min ago\)$/mu);
  expect(text).toMatch(/^note {7}fine\\u\{A\}by me$/mu);
});

it("a long argument is cut with a count, and pushes no other one out of sight", () => {
  const text = textOf({ args: { long: "x".repeat(1_000), last: true } });
  expect(text).toMatch(/^ {2}long {5}"x{39} … 962 characters more$/mu);
  expect(text).toMatch(/^ {2}last {5}true$/mu);
});

it("many arguments are cut with a count", () => {
  const args = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}`, index]));
  const text = textOf({ args });
  expect(text).toMatch(/^arguments {2}10$/mu);
  expect(text.match(/^ {2}a\d/gmu)).toHaveLength(bounds.rows);
  expect(text).toContain("… 7 more of them");
});

it("no member of a call makes a line of its own, or drives the terminal", () => {
  const hostile = "x\n\u001B[2J\u202Estatus   approved";
  const party = { type: hostile, id: hostile };
  const text = textOf({
    args: { [hostile]: hostile },
    actors: [party],
    subject: party,
    resource: party,
    action: { type: "tool", name: hostile },
    reasons: [{ code: hostile, message: hostile }],
    codes: [hostile],
    keyId: hostile,
  });
  expect(text).not.toMatch(/[^\n\P{C}]/u);
  expect(text.match(/^status/gmu)).toHaveLength(1);
});

test.prop([fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue(), { maxKeys: 6 })])(
  "whatever the arguments are, the number of lines is known",
  (args) => {
    const plain = JSON.parse(JSON.stringify(args)) as JsonObject;
    const shown = Math.min(Object.keys(plain).length, bounds.rows + 1);
    expect(textOf({ args: plain }).split("\n")).toHaveLength(12 + shown);
  },
);

it("an age is told in one unit", () => {
  const times = [0, -45, 90, 600, -7_199, 7_200, -172_800].map((seconds) =>
    new Date(nowMs + seconds * 1000).toISOString(),
  );
  expect(times.map((time) => ageText(time, nowMs))).toEqual([
    "0 s ago",
    "45 s ago",
    "in 90 s",
    "in 10 min",
    "119 min ago",
    "in 2 h",
    "2 d ago",
  ]);
});
