/**
 * Why a token or principal is not accepted (contract), in the order in which it is tested.
 *
 * - `key:malformed`: not the shape of a token, or its checksum is wrong; nothing was read.
 * - `key:unknown`, `key:wrong_secret`: no key has the id; the key has another secret. Over the
 *   network these two and `key:malformed` look alike.
 * - `key:pepper_unavailable`: the secret that its digests were made under is not at hand.
 * - `key:record_invalid`: the stored record is not what Scopeward wrote.
 * - `key:revoked`, `key:disabled`, `key:not_yet_valid`, `key:expired`: as they say.
 * - `key:parent_inactive`: one of the keys above it is not usable.
 * - `key:address_not_allowed`: the key names networks, and the address is in none or unknown.
 * - `key:store_unavailable`: the store did not answer.
 * - `key:stale`: what this node knows of the store is older than the revocation bound.
 */
export const verificationCodes = [
  "key:malformed",
  "key:unknown",
  "key:wrong_secret",
  "key:record_invalid",
  "key:revoked",
  "key:disabled",
  "key:not_yet_valid",
  "key:expired",
  "key:parent_inactive",
  "key:address_not_allowed",
  "key:pepper_unavailable",
  "key:store_unavailable",
  "key:stale",
] as const;

/** One of {@link verificationCodes}. */
export type VerificationCode = (typeof verificationCodes)[number];
