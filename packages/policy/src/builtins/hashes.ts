import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import type { BuiltinFunction } from "./builtin-function.ts";
import { stringOperand } from "./operands.ts";

/** `crypto.*` without certificates and keys: digests and HMACs of a text's UTF-8, in hexadecimal. */
export const hashBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "crypto.md5": digest("md5"),
  "crypto.sha1": digest("sha1"),
  "crypto.sha256": digest("sha256"),
  "crypto.hmac.md5": hmac("md5"),
  "crypto.hmac.sha1": hmac("sha1"),
  "crypto.hmac.sha256": hmac("sha256"),
  "crypto.hmac.sha512": hmac("sha512"),
  "crypto.hmac.equal": (a, b) => {
    const first = Buffer.from(stringOperand(a, 1));
    const second = Buffer.from(stringOperand(b, 2));
    return first.length === second.length && timingSafeEqual(first, second);
  },
};

function digest(algorithm: string): BuiltinFunction {
  return (text) => createHash(algorithm).update(stringOperand(text, 1)).digest("hex");
}

function hmac(algorithm: string): BuiltinFunction {
  return (text, key) => {
    const message = stringOperand(text, 1);
    return createHmac(algorithm, stringOperand(key, 2)).update(message).digest("hex");
  };
}
