import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { parseJsonText } from "../json-text.ts";
import { isArray } from "../operands.ts";
import { isKnownKey } from "./signature.ts";

/** A key of RFC 7517 with what it says about its use. */
export interface JsonWebKey {
  readonly key: KeyObject;
  readonly algorithm?: string;
  readonly id?: string;
}

/**
 * Reads a JSON Web Key, or a set of them.
 * @throws BuiltinError if the text is neither, or one of the keys is malformed.
 */
export function parseJsonWebKeys(text: string): readonly JsonWebKey[] {
  return jsonWebKeys(parseJsonText(text));
}

/** The keys in what {@link parseJsonWebKeys} reads, already parsed. @throws BuiltinError likewise. */
export function jsonWebKeys(value: RegoValue): readonly JsonWebKey[] {
  if (!(value instanceof RegoObject)) throw malformed();
  const keys = value.get("keys");
  if (keys === undefined) return [jsonWebKey(value)];
  if (!isArray(keys)) throw malformed();
  return keys.map(jsonWebKey);
}

function jsonWebKey(value: RegoValue): JsonWebKey {
  if (!(value instanceof RegoObject)) throw malformed();
  const algorithm = textMember(value, "alg");
  const id = textMember(value, "kid");
  return {
    key: importKey(value),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(id === undefined ? {} : { id }),
  };
}

const keyMembers = ["kty", "crv", "n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y", "k"];

function importKey(value: RegoObject): KeyObject {
  const members: Record<string, string> = {};
  for (const name of keyMembers) {
    const text = textMember(value, name);
    if (text !== undefined) members[name] = text;
  }
  const { kty, k, d } = members;
  if (kty === "oct") {
    // Node skips what is no base64, and an empty secret would verify anybody's token.
    if (k === undefined || !/^[A-Za-z0-9_+/-]+=*$/u.test(k)) throw malformed();
    return createSecretKey(Buffer.from(k, "base64url"));
  }
  const source = { key: members, format: "jwk" } as const;
  let key: KeyObject;
  try {
    key = d === undefined ? createPublicKey(source) : createPrivateKey(source);
  } catch (cause) {
    throw new BuiltinError("a json web key cannot be read", { cause });
  }
  if (!isKnownKey(key)) throw malformed();
  return key;
}

function textMember(value: RegoObject, name: string): string | undefined {
  const member = value.get(name);
  if (member === undefined || typeof member === "string") return member;
  throw malformed();
}

function malformed(): BuiltinError {
  return new BuiltinError("malformed json web key");
}
