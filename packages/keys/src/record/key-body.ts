import type { KeyRecord, SecretVersion } from "./key-record.ts";

/** One secret as it is stored: a digest of the whole token, never the token. */
export interface StoredSecret extends SecretVersion {
  /** Id of the pepper that the digest was made under. */
  readonly pepper: string;
  /** HMAC-SHA-256 of the whole token under the pepper, base64url. */
  readonly mac: string;
}

/**
 * What of a key is sealed: the whole record but `lastUsedAt`, with the secrets' digests. Stored as
 * JSON text, and the seal is taken of that very text.
 */
export interface KeyBody extends Omit<KeyRecord, "secrets" | "lastUsedAt"> {
  readonly secrets: readonly StoredSecret[];
}

/** The record of a body, without anything that helps to forge. */
export function recordOf(body: KeyBody, lastUsedAt?: string): KeyRecord {
  return {
    ...body,
    secrets: body.secrets.map(({ number, createdAt, endsAt }) => ({
      number,
      createdAt,
      ...(endsAt === undefined ? {} : { endsAt }),
    })),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  };
}
