import { Buffer } from "node:buffer";
import { BuiltinError } from "./builtin-error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads bytes as a Rego string. Go's strings hold any bytes, ours hold Unicode: bytes that are not
 * UTF-8 fail, because replacing them would make different values equal.
 * @throws BuiltinError if the bytes are not UTF-8.
 */
export function textFromBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new BuiltinError("the result is not valid utf-8", { cause });
  }
}

const standardAlphabet = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const urlAlphabet = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$/;

/**
 * Decodes padded base64 as Go's `base64.StdEncoding` does: line breaks are skipped, all else is strict.
 * @throws BuiltinError for any character or padding out of place.
 */
export function bytesFromBase64(text: string): Buffer {
  const joined = text.replaceAll(/[\r\n]/g, "");
  if (!standardAlphabet.test(joined)) throw new BuiltinError("illegal base64 data");
  return Buffer.from(joined, "base64");
}

/**
 * Decodes base64url with or without padding (RFC 7515, appendix C).
 * @throws BuiltinError for any character, length or padding out of place.
 */
export function bytesFromBase64Url(text: string): Buffer {
  const missing = text.endsWith("=") ? 0 : (4 - (text.length % 4)) % 4;
  if (missing === 3) throw new BuiltinError("illegal base64url string");
  const joined = (text + "=".repeat(missing)).replaceAll(/[\r\n]/g, "");
  if (!urlAlphabet.test(joined)) throw new BuiltinError("illegal base64 data");
  return Buffer.from(joined, "base64url");
}
