import { Buffer } from "node:buffer";
import type { BuiltinFunction } from "./builtin-function.ts";
import { BuiltinError } from "./builtin-error.ts";
import { bytesFromBase64, bytesFromBase64Url, textFromBytes } from "./byte-text.ts";
import { stringOperand } from "./operands.ts";

const hexDigits = /^(?:[0-9a-fA-F]{2})*$/;

/** `base64.*`, `base64url.*` and `hex.*`. */
export const encodingBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "base64.encode": (text) => Buffer.from(stringOperand(text, 1)).toString("base64"),
  "base64.decode": (text) => textFromBytes(bytesFromBase64(stringOperand(text, 1))),
  "base64.is_valid": (text) => {
    try {
      bytesFromBase64(stringOperand(text, 1));
      return true;
    } catch (error) {
      if (error instanceof BuiltinError) return false;
      throw error;
    }
  },
  "base64url.encode": (text) => {
    const unpadded = Buffer.from(stringOperand(text, 1)).toString("base64url");
    return unpadded.padEnd(Math.ceil(unpadded.length / 4) * 4, "=");
  },
  "base64url.encode_no_pad": (text) => Buffer.from(stringOperand(text, 1)).toString("base64url"),
  "base64url.decode": (text) => textFromBytes(bytesFromBase64Url(stringOperand(text, 1))),
  "hex.encode": (text) => Buffer.from(stringOperand(text, 1)).toString("hex"),
  "hex.decode": (text) => {
    const digits = stringOperand(text, 1);
    if (!hexDigits.test(digits)) throw new BuiltinError("invalid hexadecimal text");
    return textFromBytes(Buffer.from(digits, "hex"));
  },
};
