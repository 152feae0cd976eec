import type { Buffer } from "node:buffer";
import { BuiltinError } from "./builtin-error.ts";
import { bytesFromBase64 } from "./byte-text.ts";

/** One block of PEM text (RFC 7468). */
export interface PemBlock {
  /** What stands behind `BEGIN`, such as `CERTIFICATE`. */
  readonly type: string;
  readonly bytes: Buffer;
  /** The text after the block's last line. */
  readonly rest: string;
}

// Headers are lines with a colon; blocks start at a line's beginning and end at a line's end.
const block =
  /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n(?:[^\n:]*:[^\n]*\n)*([A-Za-z0-9+/=\s]*?)(?<=\n)-----END \1-----[ \t\r]*(?:\n|$)/u;

/** The first PEM block in a text, as Go's `pem.Decode` finds it; undefined if there is none. */
export function firstPemBlock(text: string): PemBlock | undefined {
  const match = block.exec(text);
  if (match === null) return undefined;
  const [all, type = "", body = ""] = match;
  try {
    const bytes = bytesFromBase64(body.replaceAll(/[ \t]/gu, ""));
    return { type, bytes, rest: text.slice(match.index + all.length) };
  } catch (error) {
    if (error instanceof BuiltinError) return firstPemBlock(text.slice(match.index + all.length));
    throw error;
  }
}
