import { crc32 } from "node:zlib";

/** The characters of ids, secrets and checksums: base 62. */
export const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * CRC-32 of a text in base 62, padded with `0` to six characters: what GitHub's tokens end in. It
 * rejects junk before any I/O and lets scanners tell a token from a look-alike; it is no security.
 */
export function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let index = 0; index < 6; index++) {
    digits = alphabet[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
