import type { FormatArgument } from "./format-arguments.ts";
import type { Directive } from "./directive.ts";

/** What follows a `%`: a directive for an argument, or the text that Go puts in its place. */
export type FormatItem =
  | {
      readonly kind: "directive";
      readonly directive: Directive;
      readonly argument: FormatArgument;
      readonly note: string;
    }
  | { readonly kind: "text"; readonly text: string };

/** Go gives up on a width or precision beyond this. */
const largest = 1_000_000;

/** Reads the directives of one format text and deals out the arguments to them, as Go does. */
export class FormatParser {
  /** Whether a directive named its argument by number: unused arguments are no error then. */
  reordered = false;
  readonly #text: string;
  readonly #args: readonly FormatArgument[];
  #at = 0;
  #next = 0;
  #goodIndex = true;
  #afterIndex = false;

  constructor(text: string, args: readonly FormatArgument[]) {
    this.#text = text;
    this.#args = args;
  }

  /** The text up to the next directive; the whole rest if there is none. */
  literal(): string {
    const end = this.#text.indexOf("%", this.#at);
    const text = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at += text.length;
    return text;
  }

  /** What stands at a `%`, or undefined at the end. */
  item(): FormatItem | undefined {
    if (this.#at >= this.#text.length) return undefined;
    this.#at += 1;
    this.#goodIndex = true;
    const flags = this.#flags();
    this.#index();
    const width = this.#width();
    const precision = this.#precision();
    if (!this.#afterIndex) this.#index();
    const note = (width.note ?? "") + (precision.note ?? "");
    const verb = this.#verb();
    if (verb === undefined) return { kind: "text", text: `${note}%!(NOVERB)` };
    if (verb === "%") return { kind: "text", text: `${note}%` };
    if (!this.#goodIndex) return { kind: "text", text: `${note}%!${verb}(BADINDEX)` };
    const argument = this.#args[this.#next];
    if (argument === undefined) return { kind: "text", text: `${note}%!${verb}(MISSING)` };
    this.#next += 1;
    const minus = flags.has("-") || width.negative === true;
    const directive: Directive = {
      verb,
      plus: flags.has("+"),
      minus,
      sharp: flags.has("#"),
      space: flags.has(" "),
      zero: flags.has("0") && width.negative !== true,
      goSyntax: false,
      width: width.value,
      precision: precision.value,
    };
    return { kind: "directive", directive, argument, note };
  }

  /** The arguments that no directive took. */
  rest(): readonly FormatArgument[] {
    return this.#args.slice(this.#next);
  }

  #flags(): ReadonlySet<string> {
    const flags = new Set<string>();
    while ("#0+- ".includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) {
      flags.add(this.#text.charAt(this.#at));
      this.#at += 1;
    }
    return flags;
  }

  #verb(): string | undefined {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) return undefined;
    const verb = String.fromCodePoint(point);
    this.#at += verb.length;
    return verb;
  }

  #width(): Measure {
    if (this.#text[this.#at] === "*") {
      this.#at += 1;
      this.#afterIndex = false;
      const value = this.#argumentNumber();
      if (value === undefined) return { note: "%!(BADWIDTH)" };
      return value < 0 ? { value: -value, negative: true } : { value };
    }
    const value = this.#number();
    if (this.#afterIndex && value !== undefined) this.#goodIndex = false;
    return { value };
  }

  #precision(): Measure {
    if (this.#text[this.#at] !== "." || this.#at + 1 >= this.#text.length) return {};
    this.#at += 1;
    if (this.#afterIndex) this.#goodIndex = false;
    this.#index();
    if (this.#text[this.#at] !== "*") return { value: this.#number() ?? 0 };
    this.#at += 1;
    this.#afterIndex = false;
    const value = this.#argumentNumber();
    return value === undefined || value < 0 ? { note: "%!(BADPREC)" } : { value };
  }

  #argumentNumber(): number | undefined {
    const argument = this.#args[this.#next];
    if (argument === undefined) return undefined;
    this.#next += 1;
    if (argument.type !== "int64") return undefined;
    const value = Number(argument.value);
    return Math.abs(value) > largest ? undefined : value;
  }

  // A number that is too large swallows the rest of the format.
  #number(): number | undefined {
    const { value, length } = leadingNumber(this.#text, this.#at, this.#text.length);
    this.#at += length;
    return value;
  }

  // `[3]`: the argument that comes next.
  #index(): void {
    this.#afterIndex = false;
    if (this.#text[this.#at] !== "[") return;
    this.reordered = true;
    const close = this.#at + 3 > this.#text.length ? -1 : this.#text.indexOf("]", this.#at);
    const start = this.#at + 1;
    this.#at = close === -1 ? start : close + 1;
    const { value, length } = leadingNumber(this.#text, start, close);
    const wellFormed = value !== undefined && start + length === close;
    this.#afterIndex = wellFormed;
    if (wellFormed && value > 0 && value <= this.#args.length) this.#next = value - 1;
    else this.#goodIndex = false;
  }
}

// Go gives up when a further digit follows a number beyond its bound, so one may exceed it tenfold.
function leadingNumber(
  text: string,
  start: number,
  end: number,
): { readonly value: number | undefined; readonly length: number } {
  let value: number | undefined;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return { value, length: at - start };
    if (value !== undefined && value > largest) break;
    value = (value ?? 0) * 10 + digit;
    if (at + 1 === end) return { value, length: end - start };
  }
  return { value: undefined, length: Math.max(end - start, 0) };
}

interface Measure {
  readonly value?: number | undefined;
  readonly negative?: boolean;
  readonly note?: string;
}
