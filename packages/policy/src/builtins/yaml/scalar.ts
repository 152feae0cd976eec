import { textFromBytes, bytesFromBase64 } from "../byte-text.ts";
import { BuiltinError } from "../builtin-error.ts";
import { integerNumber } from "../rego-number.ts";
import { parseTime } from "../time/parse-time.ts";

/** What an untagged plain scalar stands for; `timestamp` stays text in JSON. */
export type ScalarKind = "null" | "bool" | "int" | "float" | "str" | "timestamp";

/** A scalar with its kind. */
export interface Scalar {
  readonly kind: ScalarKind;
  readonly value: null | boolean | number | bigint | string;
}

const words: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...["", "~", "null", "Null", "NULL"].map(
    (word) => [word, { kind: "null", value: null }] as const,
  ),
  ...["true", "True", "TRUE"].map((word) => [word, { kind: "bool", value: true }] as const),
  ...["false", "False", "FALSE"].map((word) => [word, { kind: "bool", value: false }] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, { kind: "float", value: Number.NaN }] as const),
  ...["", "+", "-"].flatMap((sign) =>
    [".inf", ".Inf", ".INF"].map(
      (word) => [sign + word, { kind: "float", value: Number(`${sign}Infinity`) }] as const,
    ),
  ),
]);

const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u;
const timestampLayouts = [
  "2006-1-2T15:4:5.999999999Z07:00",
  "2006-1-2t15:4:5.999999999Z07:00",
  "2006-1-2 15:4:5.999999999",
  "2006-1-2",
];

/** Reads a plain scalar as go-yaml 3 does, whose rules are YAML 1.2's with octal numbers of 1.1. */
export function readPlainScalar(text: string): Scalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (/^[-+0-9]/u.test(text)) {
    if (isTimestamp(text)) return { kind: "timestamp", value: text };
    const plain = text.replaceAll("_", "");
    const integer = readInteger(plain);
    if (integer !== undefined) return { kind: "int", value: integerNumber(integer) };
    return readFloat(plain) ?? { kind: "str", value: text };
  }
  return (text.startsWith(".") ? readFloat(text) : undefined) ?? { kind: "str", value: text };
}

function isTimestamp(text: string): boolean {
  return (
    /^\d{4}-/u.test(text) &&
    timestampLayouts.some((layout) => {
      try {
        parseTime(layout, text);
        return true;
      } catch (error) {
        if (error instanceof BuiltinError) return false;
        throw error;
      }
    })
  );
}

const radixes: Readonly<Record<string, RegExp>> = {
  "0x": /^0[xX][0-9a-fA-F]{1,64}$/u,
  "0b": /^0[bB][01]{1,64}$/u,
  "0o": /^0[oO][0-7]{1,64}$/u,
};

// What fits 64 bits, signed or not; a larger number is a float.
function readInteger(text: string): bigint | undefined {
  const negative = text.startsWith("-");
  const digits = text.replace(/^[-+]/u, "");
  const octal = /^0[0-7]{1,64}$/u.test(digits) ? `0o${digits.slice(1)}` : digits;
  const pattern = radixes[octal.slice(0, 2).toLowerCase()] ?? /^(?:0|[1-9][0-9]{0,64})$/u;
  if (!pattern.test(octal)) return undefined;
  const value = BigInt(octal.toLowerCase());
  if (value >= (negative ? 2n ** 63n + 1n : 2n ** 64n)) return undefined;
  // A sign makes it a signed one.
  if (text.startsWith("+") && value >= 2n ** 63n) return undefined;
  return negative ? -value : value;
}

function readFloat(text: string): Scalar | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { kind: "float", value: value + 0 } : undefined;
}

/**
 * Reads a scalar under an explicit tag, `!!int` and the like; a tag that YAML does not define leaves text.
 * @throws BuiltinError if the text is not what the tag says.
 */
export function readTaggedScalar(tag: string, text: string): Scalar {
  if (tag === "!!binary") {
    return { kind: "str", value: textFromBytes(bytesFromBase64(text)) };
  }
  const wanted = /^!!(null|bool|int|float|timestamp)$/u.exec(tag)?.[1];
  if (wanted === undefined) return { kind: "str", value: text };
  const scalar = readPlainScalar(text);
  if (wanted === "float" && scalar.kind === "int") {
    return { kind: "float", value: Number(scalar.value) };
  }
  // Go would give a timestamp another form.
  if (scalar.kind !== wanted || wanted === "timestamp") {
    throw new BuiltinError("a yaml scalar is not what its tag says");
  }
  return scalar;
}
