import { createPrivateKey, type KeyObject } from "node:crypto";
import { RegoObject } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { bytesFromBase64, textFromBytes } from "./byte-text.ts";
import { isKnownKey } from "./jwt/signature.ts";
import { stringOperand } from "./operands.ts";
import { firstPemBlock, type PemBlock } from "./pem.ts";

/** What of `crypto.x509.*` is about keys alone; certificates are not offered. */
export const privateKeyBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  // Whatever its name says, OPA reads elliptic keys too.
  "crypto.x509.parse_rsa_private_key": (text) => {
    const given = stringOperand(text, 1);
    if (given === "") throw new BuiltinError("input pem data was empty");
    const pem = given.startsWith("-----BEGIN") ? given : textFromBytes(bytesFromBase64(given));
    const [first] = privateKeys(pem);
    return first === undefined ? null : jsonWebKey(first);
  },
};

const derTypes: Readonly<Record<string, "pkcs1" | "pkcs8" | "sec1">> = {
  "RSA PRIVATE KEY": "pkcs1",
  "PRIVATE KEY": "pkcs8",
  "EC PRIVATE KEY": "sec1",
};

// Other blocks are passed over; a key that cannot be read fails, also when it is not the first.
function privateKeys(pem: string): readonly KeyObject[] {
  const keys: KeyObject[] = [];
  for (let block = firstPemBlock(pem); block !== undefined; block = firstPemBlock(block.rest)) {
    const type = Object.hasOwn(derTypes, block.type) ? derTypes[block.type] : undefined;
    if (type !== undefined) keys.push(privateKey(block, type));
  }
  return keys;
}

function privateKey({ bytes }: PemBlock, type: "pkcs1" | "pkcs8" | "sec1"): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: bytes, format: "der", type });
  } catch (cause) {
    throw new BuiltinError("a pem block holds no private key", { cause });
  }
  if (!isKnownKey(key)) throw new BuiltinError("a private key of an unknown kind");
  return key;
}

function jsonWebKey(key: KeyObject): RegoObject {
  return RegoObject.of(Object.entries(key.export({ format: "jwk" })) as [string, string][]);
}
