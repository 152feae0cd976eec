import { Buffer } from "node:buffer";
import { RegoObject, type RegoValue } from "../rego/value.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { stringOperand } from "./operands.ts";
import { integerNumber } from "./rego-number.ts";

/** `uuid.parse`; `uuid.rfc4122` makes up a value and is not offered. */
export const uuidBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  // What is no UUID is undefined, not a failure.
  "uuid.parse": (text) => {
    const bytes = parseUuid(stringOperand(text, 1));
    return bytes === undefined ? undefined : RegoObject.of(describe(bytes));
  },
};

const dashed = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/iu;

// 36 characters, the same as a URN or between any two bytes, or 32 digits.
function parseUuid(text: string): Buffer | undefined {
  const bytes = Buffer.from(text).toString("latin1");
  if (/^[0-9a-f]{32}$/iu.test(bytes)) return Buffer.from(bytes, "hex");
  const unwrapped =
    bytes.length === 38 ? bytes.slice(1, -1) : bytes.replace(/^urn:uuid:(?=.{36}$)/isu, "");
  const groups = dashed.exec(unwrapped);
  return groups === null ? undefined : Buffer.from(groups.slice(1).join(""), "hex");
}

function* describe(uuid: Buffer): Iterable<readonly [string, RegoValue]> {
  const version = uuid[6]! >> 4;
  yield ["version", version];
  yield ["variant", variantName(uuid[8]!)];
  if (version !== 1 && version !== 2) return;
  yield ["time", integerNumber(nanoseconds(uuid))];
  yield ["nodeid", uuid.toString("hex", 10).replaceAll(/(?!^)(?=(?:..)+$)/gu, "-")];
  yield ["macvariables", macKind(uuid[10]!)];
  yield ["clocksequence", uuid.readUInt16BE(8) & 0x3fff];
  if (version === 1) return;
  yield ["id", uuid.readUInt32BE(0)];
  yield ["domain", domainName(uuid[9]!)];
}

// A UUID counts 100 nanoseconds since 1582-10-15.
const unixEpoch = 122_192_928_000_000_000n;

function nanoseconds(uuid: Buffer): bigint {
  const low = BigInt(uuid.readUInt32BE(0));
  const middle = BigInt(uuid.readUInt16BE(4));
  const high = BigInt(uuid.readUInt16BE(6) & 0xfff);
  // Go's 64 bits overflow after some 292 years.
  return BigInt.asIntN(64, ((high << 48n) + (middle << 32n) + low - unixEpoch) * 100n);
}

function variantName(byte: number): string {
  if ((byte & 0xc0) === 0x80) return "RFC4122";
  if ((byte & 0xe0) === 0xc0) return "Microsoft";
  return (byte & 0xe0) === 0xe0 ? "Future" : "Reserved";
}

function macKind(firstByte: number): string {
  const scope = (firstByte & 0b10) === 0 ? "global" : "local";
  return `${scope}:${(firstByte & 0b01) === 0 ? "unicast" : "multicast"}`;
}

function domainName(byte: number): string {
  return ["Person", "Group", "Org"][byte] ?? `Domain${byte}`;
}
