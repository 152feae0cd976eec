import type { RegoValue } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { operandError, stringOperand } from "./operands.ts";

/** `semver.compare` and `semver.is_valid`, by Semantic Versioning 2.0.0 with an optional `v` before it. */
export const semverBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "semver.is_valid": (text) => typeof text === "string" && parseVersion(text) !== undefined,
  "semver.compare": (a, b) => compareVersions(versionOperand(a, 1), versionOperand(b, 2)),
};

interface Version {
  readonly numbers: readonly bigint[];
  readonly preRelease: readonly string[];
}

const identifiers = /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/u;
const withLeadingZero = /^0\d+$/u;
const number = /^(?:0|[1-9]\d{0,18})$/u;
const largestNumber = 2n ** 63n - 1n;

function versionOperand(value: RegoValue, position: number): Version {
  const version = parseVersion(stringOperand(value, position));
  if (version === undefined) throw operandError(position, "is not a valid SemVer");
  return version;
}

function parseVersion(text: string): Version | undefined {
  const [release, metadata] = cut(text.replace(/^v/u, ""), "+");
  const [core, preRelease] = cut(release, "-");
  if (metadata !== undefined && !identifiers.test(metadata)) return undefined;
  if (preRelease !== undefined && !identifiers.test(preRelease)) return undefined;
  const labels = preRelease?.split(".") ?? [];
  if (labels.some((label) => withLeadingZero.test(label))) return undefined;
  const parts = core.split(".");
  if (parts.length !== 3 || !parts.every((part) => number.test(part))) return undefined;
  const numbers = parts.map(BigInt);
  return numbers.some((part) => part > largestNumber) ? undefined : { numbers, preRelease: labels };
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function compareVersions(a: Version, b: Version): -1 | 0 | 1 {
  for (const [index, left] of a.numbers.entries()) {
    const order = comparePlain(left, b.numbers[index]!);
    if (order !== 0) return order;
  }
  // A release comes after all of its pre-releases.
  if (a.preRelease.length === 0 || b.preRelease.length === 0) {
    return comparePlain(Math.min(b.preRelease.length, 1), Math.min(a.preRelease.length, 1));
  }
  return compareLabels(a.preRelease, b.preRelease);
}

function compareLabels(a: readonly string[], b: readonly string[]): -1 | 0 | 1 {
  const common = Math.min(a.length, b.length);
  for (let index = 0; index < common; index++) {
    const order = compareLabel(a[index]!, b[index]!);
    if (order !== 0) return order;
  }
  return comparePlain(a.length, b.length);
}

function compareLabel(a: string, b: string): -1 | 0 | 1 {
  const numericA = /^\d+$/u.test(a);
  const numericB = /^\d+$/u.test(b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  // No leading zeros, so of two numbers the longer is the larger.
  return (numericA ? comparePlain(a.length, b.length) : 0) || comparePlain(a, b);
}

function comparePlain<T extends string | number | bigint>(a: T, b: T): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1;
}
