import { PassThrough, Writable } from "node:stream";

/** Somebody at a terminal, or a script in their place. */
export interface TerminalPerson {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Types the next line whenever a question is shown, and keeps what was on the screen. */
export class ScriptedPerson implements TerminalPerson {
  readonly input: PassThrough = new PassThrough();
  readonly output: Writable;
  #lines: readonly string[] = [];
  #screen = "";
  #questions = 0;

  constructor() {
    this.output = new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        process.stdout.write(text);
        this.#screen += text;
        if (text.endsWith("[y/N] ")) this.#type();
        done();
      },
    });
  }

  /** What has been shown so far. */
  get screen(): string {
    return this.#screen;
  }

  /** How many questions were put so far. */
  get questions(): number {
    return this.#questions;
  }

  /** What is typed at the next question. */
  willType(line: string): void {
    this.#lines = [...this.#lines, line];
  }

  #type(): void {
    const [line = "", ...rest] = this.#lines;
    this.#lines = rest;
    this.#questions += 1;
    process.stdout.write(`${line === "\u0003" ? "^C" : line}\n`);
    setImmediate(() => this.input.write(`${line}\n`));
  }
}
