import { Buffer } from "node:buffer";
import { createSecretKey } from "node:crypto";
import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import type { BuiltinFunction } from "../builtin-function.ts";
import { isJsonText, parseJsonText, renderJsonText } from "../json-text.ts";
import { objectOperand, stringOperand } from "../operands.ts";
import { claimsHold, parseConstraints, verifiesByConstraints } from "./constraints.ts";
import { jsonWebKeys, type JsonWebKey } from "./json-web-key.ts";
import { algorithmNames, isAlgorithm, signText, verifies } from "./signature.ts";
import {
  decodeHeader,
  decodePayload,
  decodeSignature,
  parseObject,
  readHeader,
  signedText,
  splitToken,
} from "./token.ts";
import { parseVerificationKeys, verifiesWithAny } from "./verification-keys.ts";

/** `io.jwt.*`: signed tokens (RFC 7519). */
export const jwtBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "io.jwt.decode": decode,
  "io.jwt.decode_verify": decodeAndVerify,
  "io.jwt.encode_sign": (header, payload, key) =>
    encode(renderJsonText(header), renderJsonText(payload), jsonWebKeys(objectOperand(key, 3))),
  "io.jwt.encode_sign_raw": (header, payload, key) =>
    encode(
      stringOperand(header, 1),
      stringOperand(payload, 2),
      jsonWebKeys(parseJsonText(stringOperand(key, 3))),
    ),
  ...Object.fromEntries(
    algorithmNames.map((name) => [
      `io.jwt.verify_${name.toLowerCase()}`,
      name.startsWith("HS") ? verifyWithSecret(name) : verifyWithKeys(name),
    ]),
  ),
};

function decode(value: RegoValue): RegoValue {
  const parts = splitToken(value);
  const header = decodeHeader(parts);
  const payload = decodePayload(parts);
  const contentType = header.get("cty") ?? "";
  if (typeof contentType !== "string")
    throw new BuiltinError("header member `cty` must be a string");
  // A token inside a token may stand in quotes.
  if (contentType === "JWT") return decode(payload.replaceAll(/^["']+|["']+$/gu, ""));
  return [header, parseObject(payload), decodeSignature(parts).toString("hex")];
}

function verifyWithKeys(algorithm: string): BuiltinFunction {
  return (token, certificate) => {
    const parts = splitToken(token);
    const keys = parseVerificationKeys(stringOperand(certificate, 2));
    const bytes = decodeSignature(parts);
    const header = readHeader(decodeHeader(parts));
    return verifiesWithAny(keys, header, (key) =>
      verifies(algorithm, key, signedText(parts), bytes, "loose"),
    );
  };
}

function verifyWithSecret(algorithm: string): BuiltinFunction {
  return (token, secret) => {
    stringOperand(token, 1);
    const key = createSecretKey(Buffer.from(stringOperand(secret, 2)));
    const parts = splitToken(token);
    return verifies(algorithm, key, signedText(parts), decodeSignature(parts), "loose");
  };
}

const unverified: RegoValue = [false, RegoObject.of([]), RegoObject.of([])];

function decodeAndVerify(value: RegoValue, options: RegoValue): RegoValue {
  const constraints = parseConstraints(objectOperand(options, 2));
  let token = value;
  for (;;) {
    const parts = splitToken(token);
    const decoded = decodeHeader(parts);
    const header = readHeader(decoded);
    const { algorithm } = constraints;
    if (!header.isValid || (algorithm !== "" && algorithm !== header.algorithm)) return unverified;
    const bytes = decodeSignature(parts);
    const verified = verifiesByConstraints(constraints, header, (key) =>
      verifies(header.algorithm, key, signedText(parts), bytes, "strict"),
    );
    if (!verified) return unverified;
    const payload = decodePayload(parts);
    if (header.contentType.toUpperCase() !== "JWT") {
      const claims = parseObject(payload);
      return claimsHold(constraints, claims) ? [true, decoded, claims] : unverified;
    }
    token = payload;
  }
}

function encode(header: string, payload: string, keys: readonly JsonWebKey[]): RegoValue {
  const [first] = keys;
  if (first === undefined) throw new BuiltinError("no keys found in the json web key set");
  const members = parseObject(header);
  const algorithm = members.get("alg");
  if (typeof algorithm !== "string" || !isAlgorithm(algorithm)) {
    throw new BuiltinError("header member `alg` must name a known algorithm");
  }
  const type = members.get("typ");
  if ((typeof type !== "string" || type === "JWT") && !isJsonText(payload)) {
    throw new BuiltinError("type is jwt but the payload is not json");
  }
  const text = `${base64Url(header)}.${base64Url(payload)}`;
  return `${text}.${signText(algorithm, first.key, text).toString("base64url")}`;
}

function base64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
