import type { BuiltinFunction } from "../builtin-function.ts";
import { formatArgument, formatted, type FormatArgument } from "./format-arguments.ts";
import type { Directive } from "./directive.ts";
import { FormatParser } from "./format-parser.ts";
import { arrayOperand, stringOperand } from "../operands.ts";
import { checkTextLength } from "../result-bounds.ts";

/** `sprintf`, with the directives and the error texts of Go's `fmt` package. */
export const sprintfBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  sprintf: (format, values) =>
    formatText(stringOperand(format, 1), arrayOperand(values, 2).map(formatArgument)),
};

function formatText(format: string, args: readonly FormatArgument[]): string {
  const parser = new FormatParser(format, args);
  let text = parser.literal();
  for (let item = parser.item(); item !== undefined; item = parser.item()) {
    text += item.kind === "text" ? item.text : item.note + formatted(item.argument, item.directive);
    text += parser.literal();
    checkTextLength(text.length);
  }
  const rest = parser.rest();
  return parser.reordered || rest.length === 0 ? text : text + extraText(rest);
}

const plain: Directive = {
  verb: "v",
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  goSyntax: false,
  width: undefined,
  precision: undefined,
};

function extraText(args: readonly FormatArgument[]): string {
  const shown = args.map((argument) => `${argument.type}=${formatted(argument, plain)}`);
  return `%!(EXTRA ${shown.join(", ")})`;
}
