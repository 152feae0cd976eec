import type { SecretProvider } from "@scopeward/sdk";

/** One version of the pepper, ready to compute with. Its bytes are not reachable from here. */
export interface Pepper {
  readonly id: string;
  /** HMAC-SHA-256 of a whole token under the pepper itself: what a record stores of it. */
  digest(token: string): Buffer;
  /** HMAC-SHA-256 of a body's text, under a key that HKDF derives from the pepper. */
  seal(body: string): Buffer;
  /** HMAC-SHA-256 under a third derived key, base64url: of idempotency keys and requests. */
  fingerprint(text: string): string;
}

/** The peppers of this process, read when they are first needed. */
export interface Peppers {
  /**
   * The one for what is new.
   * @throws KeysError `pepper_unavailable`.
   */
  current(): Promise<Pepper>;
  /** Of what is known now: synchronous, for the way of a verification. Undefined before the first read. */
  known(id: string): Pepper | undefined;
  /** As `known`; where it is not known, the provider is read again, at most once a second. Never rejects. */
  find(id: string): Promise<Pepper | undefined>;
}

/**
 * Peppers from a provider.
 */
export function openPeppers(provider: SecretProvider): Peppers {
  throw new Error(`not there yet: ${provider.place}`);
}
