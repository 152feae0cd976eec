import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { typedLine } from "../src/typed-line.ts";

const { signal } = new AbortController();

/** A terminal that writes down which mode it was put into. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  isRaw: boolean;
  readonly modes: boolean[] = [];

  constructor(isRaw: boolean) {
    super();
    this.isRaw = isRaw;
  }

  setRawMode(isRaw: boolean): void {
    this.isRaw = isRaw;
    this.modes.push(isRaw);
  }
}

test("a terminal gives out the line that it still holds before the question, and is put back", async () => {
  const input = new Terminal(false);
  const line = typedLine(
    input,
    () => {
      expect(input.isRaw).toBe(false);
      input.write("no\n");
    },
    signal,
  );
  expect(input.isRaw).toBe(true);
  // What a terminal gives out of a line without an end once it is in raw mode.
  input.write("y");
  expect(await line).toBe("no");
  expect(input.modes).toEqual([true, false]);
});

test("a terminal that was in raw mode is in raw mode again", async () => {
  const input = new Terminal(true);
  expect(await typedLine(input, () => void input.write("y\r"), signal)).toBe("y");
  expect(input.modes).toEqual([false, true]);
});

test("a terminal is put back where nobody answers before the question is shown", async () => {
  const input = new Terminal(false);
  const shown: string[] = [];
  const aborting = new AbortController();
  const line = typedLine(input, () => void shown.push("shown"), aborting.signal);
  aborting.abort();
  expect(await line).toBeUndefined();
  expect({ isRaw: input.isRaw, isPaused: input.isPaused(), shown }).toEqual({
    isRaw: false,
    isPaused: true,
    shown: [],
  });
});

test("who reads the input as well goes on reading it", async () => {
  const input = new PassThrough();
  const read: string[] = [];
  input.setEncoding("utf8").on("data", (text: string) => read.push(text));
  await typedLine(input, () => void input.write("y\n"), signal);
  expect(input.isPaused()).toBe(false);
  expect(read).toEqual(["y\n"]);
});

test("a character that comes in two halves is one", async () => {
  const input = new PassThrough();
  const bytes = Buffer.from("é\n");
  const line = typedLine(
    input,
    () => {
      input.write(bytes.subarray(0, 1));
      input.write(bytes.subarray(1));
    },
    signal,
  );
  expect(await line).toBe("é");
});
