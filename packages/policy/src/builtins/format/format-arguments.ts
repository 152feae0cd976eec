import type { RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { displayText } from "./display-text.ts";
import type { Directive } from "./directive.ts";
import { formatFloat } from "./format-float.ts";
import { formatBigInteger, formatInteger } from "./format-integer.ts";
import { formatString } from "./format-string.ts";
import { padded } from "./directive.ts";
import { runeCount, unitIndex } from "../runes.ts";

/** A value in the Go type that OPA hands it to Go's formatter in. */
export type FormatArgument =
  | { readonly type: "int64"; readonly value: bigint }
  | { readonly type: "*big.Int"; readonly value: bigint }
  | { readonly type: "float64"; readonly value: number }
  | { readonly type: "string"; readonly value: string };

/** Integers, fractions and strings are themselves, all else is its text in Rego. */
export function formatArgument(value: RegoValue): FormatArgument {
  switch (typeof value) {
    case "number":
      if (Number.isSafeInteger(value)) return { type: "int64", value: BigInt(value) };
      return { type: "float64", value };
    case "bigint":
      return { type: BigInt.asIntN(64, value) === value ? "int64" : "*big.Int", value };
    case "string":
      return { type: "string", value };
    default:
      return { type: "string", value: displayText(value) };
  }
}

/**
 * The argument under a directive, `%!verb(type=value)` if its type does not have the verb.
 * @throws BuiltinError where Go would print a memory address.
 */
export function formatted(argument: FormatArgument, directive: Directive): string {
  const { verb } = directive;
  if (verb === "T") return typeText(argument, directive);
  if (argument.type === "*big.Int") {
    if (verb === "p" || verb === "w") {
      throw new BuiltinError(`a large integer has no text under the verb ${verb}`);
    }
    return formatBigInteger(argument.value, directive);
  }
  const adapted =
    verb === "v" || verb === "w"
      ? { ...directive, goSyntax: directive.sharp, sharp: false, plus: false }
      : directive;
  return underVerb(argument, adapted) ?? badVerb(argument, adapted);
}

type PlainArgument = Exclude<FormatArgument, { readonly type: "*big.Int" }>;

function underVerb(argument: PlainArgument, directive: Directive): string | undefined {
  switch (argument.type) {
    case "int64":
      return formatInteger(argument.value, directive);
    case "float64":
      return formatFloat(argument.value, directive);
    case "string":
      return formatString(argument.value, directive);
  }
}

function badVerb(argument: PlainArgument, directive: Directive): string {
  const shown = underVerb(argument, { ...directive, verb: "v" });
  return `%!${directive.verb}(${argument.type}=${shown!})`;
}

function typeText({ type }: FormatArgument, directive: Directive): string {
  const text = type.slice(0, unitIndex(type, directive.precision ?? type.length));
  return padded(text, runeCount(text), directive);
}
