import { StringDecoder } from "node:string_decoder";

/** Where somebody types. */
export type TypedInput = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  readonly setRawMode?: (isRaw: boolean) => unknown;
};

// How long what was typed before a question is taken for typed before it, in milliseconds.
const settleMs = 50;

const longestLine = 1_000;

// A line's end, also of a terminal that another reader has in raw mode; there Ctrl-C and Ctrl-D too.
const ends = "\r\n\u0003\u0004";

/**
 * Shows a question and reads the line that is typed after it. What was typed earlier answers nothing:
 * it is dropped, with the part of a line that the terminal still held.
 * @param show - called once the input is empty.
 * @returns undefined when the input ended, `signal` aborted, or Ctrl-C or Ctrl-D was typed.
 */
export function typedLine(
  input: TypedInput,
  show: () => void,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted || !input.readable) return Promise.resolve(undefined);
  const wasPaused = input.isPaused() || !isListenedTo(input);
  const wasRaw = input.isRaw === true;
  const decoder = new StringDecoder("utf8");
  let isAsked = false;
  let text = "";
  const answer = Promise.withResolvers<string | undefined>();
  const none = (): void => answer.resolve(undefined);
  const take = (chunk: Buffer | string): void => {
    if (!isAsked) return;
    text += typeof chunk === "string" ? chunk : decoder.write(chunk);
    const end = Array.from(text).find((character) => ends.includes(character));
    if (end !== undefined) {
      answer.resolve("\r\n".includes(end) ? text.slice(0, text.indexOf(end)) : undefined);
    } else if (text.length > longestLine) {
      answer.resolve(text);
    }
  };
  // In raw mode the terminal gives out a line that has no end yet.
  rawMode(input, true);
  const timer = setTimeout(() => {
    rawMode(input, false);
    isAsked = true;
    show();
  }, settleMs);
  process.once("SIGINT", none);
  signal.addEventListener("abort", none);
  input.on("data", take).on("end", none).on("close", none).on("error", none);
  input.resume();
  return answer.promise.finally(() => {
    clearTimeout(timer);
    process.off("SIGINT", none);
    signal.removeEventListener("abort", none);
    input.off("data", take).off("end", none).off("close", none).off("error", none);
    rawMode(input, wasRaw);
    if (wasPaused) input.pause();
  });
}

function isListenedTo(input: TypedInput): boolean {
  return input.listenerCount("data") > 0 || input.listenerCount("readable") > 0;
}

function rawMode(input: TypedInput, isRaw: boolean): void {
  if (input.isTTY === true && input.isRaw !== isRaw) input.setRawMode?.(isRaw);
}
