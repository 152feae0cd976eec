import type { Party } from "@scopeward/core";
import type { ApprovalRecord } from "@scopeward/sdk";
import { visibleText } from "./visible-text.ts";

/** How much is written of what a caller can make long. */
export interface TextBounds {
  /** Characters of one value; the rest is counted. */
  readonly characters: number;
  /** Of the arguments, the actors and the reasons, each; the rest is counted. */
  readonly rows: number;
}

type Row = readonly [label: string, value: string];

const labelWidth = 10;

/**
 * A question, and what became of it, for a person: one member a line, each ended by a line feed.
 * Whatever the call holds, nothing in it drives a terminal or looks like a line of its own.
 */
export function questionText(record: ApprovalRecord, nowMs: number, bounds: TextBounds): string {
  const rows = [
    ...callRows(record, bounds),
    ...whoRows(record, bounds),
    ["asked", timeText(record.createdAt, nowMs)] as const,
    ["expires", timeText(record.expiresAt, nowMs)] as const,
    ["status", record.status] as const,
    ...answerRows(record, nowMs),
  ];
  return rows.map((row) => line(row, bounds)).join("");
}

/** `45 s ago`, `in 12 min`: from `nowMs` (since 1970) to an RFC 3339 time. */
export function ageText(time: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(time) - nowMs) / 1000);
  const length = durationText(Math.abs(seconds));
  return seconds > 0 ? `in ${length}` : `${length} ago`;
}

function callRows({ id, action, resource, args }: ApprovalRecord, bounds: TextBounds): Row[] {
  const members = Object.entries(args);
  return [
    ["id", id],
    [action.type, action.name],
    ...(resource === undefined ? [] : [["resource", partyText(resource)] as const]),
    ["arguments", members.length === 0 ? "none" : String(members.length)],
    ...bounded(members, bounds).map(([name, value]): Row => [
      `  ${cut(name, bounds)}`,
      JSON.stringify(value),
    ]),
    ...rest(members, bounds),
  ];
}

function whoRows(record: ApprovalRecord, bounds: TextBounds): Row[] {
  const { subject, actors, keyId, tenant, codes, reasons } = record;
  return [
    ["for", partyText(subject)],
    ...bounded(actors, bounds).map((actor): Row => ["through", partyText(actor)]),
    ...rest(actors, bounds),
    ["key", `${keyId} of tenant ${tenant}`],
    ["codes", codes.join(", ")],
    ...bounded(reasons, bounds).map(({ code, message }): Row => [
      "because",
      message === undefined ? code : `${code}: ${message}`,
    ]),
    ...rest(reasons, bounds),
  ];
}

function answerRows({ answer }: ApprovalRecord, nowMs: number): Row[] {
  if (answer === undefined) return [];
  const { verdict, approver, at, note } = answer;
  return [
    ["answer", `${verdict} by ${partyText(approver)}`],
    ["answered", timeText(at, nowMs)],
    ...(note === undefined ? [] : [["note", note] as const]),
  ];
}

function line([label, value]: Row, bounds: TextBounds): string {
  return `${visibleText(label).padEnd(labelWidth)} ${visibleText(cut(value, bounds))}\n`;
}

/** Before it is made visible: a cut through an escape would show another character. */
function cut(text: string, { characters }: TextBounds): string {
  if (text.length <= characters) return text;
  const all = Array.from(text);
  const more = all.length - characters;
  return more <= 0 ? text : `${all.slice(0, characters).join("")} … ${more} characters more`;
}

function bounded<T>(list: readonly T[], { rows }: TextBounds): readonly T[] {
  return list.slice(0, rows);
}

function rest(list: readonly unknown[], { rows }: TextBounds): Row[] {
  return list.length <= rows ? [] : [["", `… ${list.length - rows} more of them`]];
}

function partyText({ type, id }: Party): string {
  return `${type}:${id}`;
}

function timeText(time: string, nowMs: number): string {
  return `${time} (${ageText(time, nowMs)})`;
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172_800
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} d`;
}
