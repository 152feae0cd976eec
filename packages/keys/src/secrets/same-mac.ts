import { timingSafeEqual } from "node:crypto";

/**
 * Whether a stored MAC is the one that was computed; the time does not tell where they differ. The
 * texts are compared, not what they decode to: other texts would give the same bytes.
 */
export function isSameMac(stored: string, computed: string): boolean {
  if (stored.length !== computed.length) return false;
  const [a, b] = [Buffer.from(stored), Buffer.from(computed)];
  return a.length === b.length && timingSafeEqual(a, b);
}
