import { randomUUID } from "node:crypto";

/**
 * A UUID of version 7: sorts by time, and is unguessable in its last 74 bits.
 * @see RFC 9562 section 5.7
 */
export function decisionId(wallMs: number): string {
  const time = Math.max(0, Math.floor(wallMs)).toString(16).padStart(12, "0").slice(-12);
  // Of a random UUID (version 4) everything after the version is random, or the variant, which is the
  // same; Node keeps random bytes for these at hand.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
