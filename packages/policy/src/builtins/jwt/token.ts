import type { Buffer } from "node:buffer";
import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { bytesFromBase64Url, textFromBytes } from "../byte-text.ts";
import { parseJsonText } from "../json-text.ts";
import { isArray, stringOperand } from "../operands.ts";

/** The three parts of a token in compact form (RFC 7515), each still in base64url. */
export interface TokenParts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

/** @throws BuiltinError unless operand 1 is a text of three parts. */
export function splitToken(value: RegoValue): TokenParts {
  const parts = stringOperand(value, 1).split(".", 4);
  const [header, payload, signature] = parts;
  if (parts.length !== 3) throw new BuiltinError("an encoded jwt must have 3 sections");
  return { header: header!, payload: payload!, signature: signature! };
}

/** What the signature is over. */
export function signedText({ header, payload }: TokenParts): string {
  return `${header}.${payload}`;
}

/** @throws BuiltinError unless the header is a JSON object of a signed token, not an encrypted one. */
export function decodeHeader({ header }: TokenParts): RegoObject {
  const decoded = parseObject(textFromBytes(bytesFromBase64Url(header)));
  if (decoded.get("enc") !== undefined) {
    throw new BuiltinError("a jwe object is not supported");
  }
  return decoded;
}

/** @throws BuiltinError unless the payload is base64url of a text. */
export function decodePayload({ payload }: TokenParts): string {
  return textFromBytes(bytesFromBase64Url(payload));
}

/** @throws BuiltinError unless the signature is base64url. */
export function decodeSignature({ signature }: TokenParts): Buffer {
  return bytesFromBase64Url(signature);
}

/** @throws BuiltinError unless the text is a JSON object. */
export function parseObject(text: string): RegoObject {
  const value = parseJsonText(text);
  if (value instanceof RegoObject) return value;
  throw new BuiltinError("decoded json is not an object");
}

/** The registered members of a header; those that are absent are empty. */
export interface TokenHeader {
  readonly algorithm: string;
  readonly keyId: string;
  readonly contentType: string;
  /** Whether it has an algorithm, and names nothing as critical that is not understood. */
  readonly isValid: boolean;
}

const registered = ["alg", "kid", "typ", "cty", "crit"];

/** @throws BuiltinError if a registered member has the wrong type, or `crit` names nothing. */
export function readHeader(header: RegoObject): TokenHeader {
  const [algorithm = "", keyId = "", , contentType = ""] = registered
    .slice(0, 4)
    .map((name) => headerText(header, name));
  const critical = criticalNames(header.get("crit"));
  const understood = critical.every(
    (name) => registered.includes(name) || header.get(name) === undefined,
  );
  return { algorithm, keyId, contentType, isValid: algorithm !== "" && understood };
}

function headerText(header: RegoObject, name: string): string {
  const value = header.get(name) ?? "";
  if (typeof value === "string") return value;
  throw new BuiltinError(`header member \`${name}\` must be a string`);
}

// OPA reads names up to the first that is no string.
function criticalNames(value: RegoValue | undefined): readonly string[] {
  if (value === undefined) return [];
  const end = isArray(value) ? value.findIndex((name) => typeof name !== "string") : 0;
  const names = isArray(value) ? value.slice(0, end === -1 ? undefined : end) : [];
  if (names.length === 0) throw new BuiltinError("header member `crit` must be a list of strings");
  return names as readonly string[];
}
