import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { text as readAll } from "node:stream/consumers";
import type { JsonValue } from "@scopeward/core";
import { InvalidInput, reasonOf } from "./invalid-input.ts";

/** One line of a file of many requests. */
export interface InputLine {
  readonly text: string;
  /** Counted from 1. */
  readonly row: number;
}

/**
 * The whole text of `--input`.
 * @throws InvalidInput when it cannot be read.
 */
export async function readInput(file: string): Promise<string> {
  try {
    return await readAll(file === "-" ? process.stdin : createReadStream(file));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/**
 * The lines of `--input` that are not blank, one by one, however many there are.
 * @throws InvalidInput when the file cannot be read.
 */
export async function* readInputLines(file: string): AsyncGenerator<InputLine> {
  // Opened first: a stream would fail only once somebody reads, behind readline's back.
  const handle =
    file === "-"
      ? undefined
      : await open(file).catch((error: unknown) => {
          throw unreadable(file, error);
        });
  const input = handle === undefined ? process.stdin : handle.createReadStream();
  let row = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      row += 1;
      if (text.trim() !== "") yield { text, row };
    }
  } finally {
    await handle?.close();
  }
}

/**
 * Reads JSON text.
 * @param place - where it comes from, for the message; see {@link describeInput}.
 * @throws InvalidInput when it is not JSON.
 */
export function parseJson(text: string, place: string): JsonValue {
  try {
    // A byte order mark is what some editors put there; RFC 8259 section 8.1 allows to ignore it.
    return JSON.parse(text.replace(/^\uFEFF/u, "")) as JsonValue;
  } catch {
    // The parser's message quotes the text, which may hold what must not be shown.
    throw new InvalidInput(`${place} is not JSON: give one AccessRequest as JSON text`);
  }
}

/** How messages name `--input`, or row `row` of it. */
export function describeInput(file: string, row?: number): string {
  if (file !== "-") return `\`${file}${row === undefined ? "" : `:${row}`}\``;
  return `${row === undefined ? "" : `row ${row} of `}standard input`;
}

function unreadable(file: string, error: unknown): InvalidInput {
  return new InvalidInput(`${describeInput(file)} cannot be read: ${reasonOf(error)}`);
}
