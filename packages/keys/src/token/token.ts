import { randomBytes } from "node:crypto";
import type { KeyKind } from "@scopeward/sdk";
import { alphabet, checksum } from "./checksum.ts";
import { Secret } from "./secret.ts";

/** The kinds of key, as they stand in a token. */
export const keyKinds: readonly KeyKind[] = ["int", "ext", "agt", "mgt"];

/** What a well-formed token says before anything is looked up. */
export interface ParsedToken {
  readonly kind: KeyKind;
  /** Of the key; public. */
  readonly id: string;
  /** The whole token: what the digest is taken of. */
  readonly text: string;
}

const idLength = 12;
const secretLength = 43;
/** How long every token is: `sward_` + kind + `_` + id + `_` + secret + checksum, in characters. */
export const tokenLength: number = 6 + 3 + 1 + idLength + 1 + secretLength + 6;
const shape = /^sward_(int|ext|agt|mgt)_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}$/u;
const tokenStart = /sward_(?:int|ext|agt|mgt)_[0-9A-Za-z]{12}_/u;
const idShape = /^[0-9A-Za-z]{12}$/u;

/**
 * Reads `sward_<kind>_<id12>_<secret43><crc6>` (contract). Attacker-controlled and before any I/O:
 * the length is tested first, then the shape, then the checksum.
 * @returns undefined for whatever is not a token, texts with white space around it included.
 */
export function parseToken(value: unknown): ParsedToken | undefined {
  if (typeof value !== "string" || value.length !== tokenLength) return undefined;
  const match = shape.exec(value);
  if (match === null || checksum(value.slice(0, -6)) !== value.slice(-6)) return undefined;
  return { kind: match[1] as KeyKind, id: match[2]!, text: value };
}

/** Whether a text holds a token, or one that was cut short: it is shown and stored nowhere. */
export function holdsToken(text: string): boolean {
  return tokenStart.test(text);
}

/** A new token of a key: 256 random bits and a checksum. It is never stored. */
export function mintToken(kind: KeyKind, id: string): Secret {
  const body = `sward_${kind}_${id}_${randomText(secretLength)}`;
  return new Secret(`${body}${checksum(body)}`);
}

/** A new key id: 71 random bits, public. */
export function newKeyId(): string {
  return randomText(idLength);
}

/** Whether a text has the shape of a key id. */
export function isKeyId(text: string): boolean {
  return idShape.test(text);
}

// Rejection sampling: 248 is the largest multiple of 62 in a byte, so every character is as likely.
function randomText(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length)) {
      if (byte < 248) text += alphabet[byte % 62];
    }
  }
  return text;
}
