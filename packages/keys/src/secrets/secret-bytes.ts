import { randomBytes } from "node:crypto";

/** The fewest bytes of a secret. */
export const leastSecretBytes = 32;

const idPattern = /^[A-Za-z0-9_-]{1,32}$/u;
const base64Pattern = /^[A-Za-z0-9+/_-]+={0,2}$/u;

/** Whether a text may name a version of a secret: `[A-Za-z0-9_-]{1,32}`. */
export function isVersionId(text: string): boolean {
  return idPattern.test(text);
}

/**
 * The bytes of a secret in base64 or base64url, with or without padding.
 * @returns undefined for another text, and for fewer than {@link leastSecretBytes} bytes.
 */
export function decodeSecret(text: string): Uint8Array | undefined {
  if (!base64Pattern.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  // Decoding is lenient: a text that was cut or mistyped must not become another secret.
  const canonical = text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
  if (bytes.toString("base64url") !== canonical) return undefined;
  return bytes.length < leastSecretBytes ? undefined : bytes;
}

/** A new version of a secret: a random id that says nothing, and 256 random bits as base64. */
export function newVersion(): { readonly id: string; readonly base64: string } {
  const id = `p_${randomBytes(6).toString("hex")}`;
  return { id, base64: randomBytes(leastSecretBytes).toString("base64") };
}
