import { Buffer } from "node:buffer";
import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { toJsonValue } from "../json-text.ts";
import { isArray } from "../operands.ts";
import { exactInteger, type RegoNumber } from "../rego-number.ts";
import { checkTextLength } from "../result-bounds.ts";
import { floatText } from "../float-text.ts";
import { compareKeys } from "./key-order.ts";
import { scalarText } from "./scalar-text.ts";

/**
 * Writes a value as YAML as OPA does, by way of JSON: block style with two spaces, keys in order.
 * @throws BuiltinError if a text holds a control character that JSON leaves as it is and YAML refuses.
 */
export function writeYaml(value: RegoValue): string {
  const text = ended(document(toJsonValue(value)));
  checkTextLength(text.length);
  return text;
}

function document(value: RegoValue): string {
  return node(value, isCollection(value) ? 0 : 2);
}

function ended(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

// `indent` is where the node's lines begin, but for the first, which continues the line it is put on.
function node(value: RegoValue, indent: number): string {
  if (isArray(value)) {
    if (value.length === 0) return "[]";
    return lines(
      value.map((item) => `- ${node(item, indent + 2)}`),
      indent,
    );
  }
  if (value instanceof RegoObject) {
    if (value.entries.length === 0) return "{}";
    const entries = value.entries as readonly (readonly [string, RegoValue])[];
    return lines(
      entries.toSorted(([a], [b]) => compareKeys(a, b)).map((entry) => member(entry, indent)),
      indent,
    );
  }
  return scalar(value, indent);
}

function lines(parts: readonly string[], indent: number): string {
  const joined = parts.map(ended).join(" ".repeat(indent));
  checkTextLength(joined.length);
  return joined;
}

function member([key, value]: readonly [string, RegoValue], indent: number): string {
  const text = checkedText(key);
  // A key that is long or has several lines is marked by `?`.
  if (/[\n\r\u0085\u2028\u2029]/u.test(key) || Buffer.byteLength(key) > 128) {
    const marked = scalarText(text, { isKey: false, indent: indent + 2 });
    return `${ended(`? ${marked}`)}${" ".repeat(indent)}: ${node(value, indent + 2)}`;
  }
  const shown = text === "" ? '""' : scalarText(text, { isKey: true, indent });
  if (isCollection(value)) return `${shown}:\n${" ".repeat(indent + 2)}${node(value, indent + 2)}`;
  return `${shown}: ${node(value, indent + 2)}`;
}

function isCollection(value: RegoValue): boolean {
  if (value instanceof RegoObject) return value.entries.length > 0;
  return isArray(value) && value.length > 0;
}

function scalar(value: RegoValue, indent: number): string {
  if (typeof value === "string") {
    return scalarText(checkedText(value), { isKey: false, indent });
  }
  if (typeof value === "number" || typeof value === "bigint") return numberText(value);
  return JSON.stringify(value);
}

// JSON escapes what is below U+0020; YAML refuses some more.
function checkedText(text: string): string {
  if (/[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/u.test(text)) {
    throw new BuiltinError("control characters are not allowed in yaml");
  }
  return text;
}

// Beyond 64 bits YAML reads an integer as a float.
function numberText(value: RegoNumber): string {
  const integer = exactInteger(value);
  if (integer === undefined || integer < -(2n ** 63n) || integer >= 2n ** 64n) {
    return floatText(Number(value));
  }
  return integer.toString();
}
