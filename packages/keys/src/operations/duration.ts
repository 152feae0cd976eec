import { isRfc3339 } from "@scopeward/core";

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d{1,10})([smhd])$/u;

/** The longest duration and the furthest point in time, in milliseconds: ten years. */
export const longestMs: number = 3_653 * units.d;

/** Milliseconds of `90s`, `15m`, `24h`, `30d`; undefined for what is no duration, or above ten years. */
export function parseDuration(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const milliseconds = Number(match[1]) * units[match[2] as keyof typeof units];
  return milliseconds <= longestMs ? milliseconds : undefined;
}

/**
 * A point in time to come: a duration from now, or RFC 3339.
 * @returns milliseconds since 1970; undefined for what is neither, is not in the future, or is more
 *   than ten years away.
 */
export function parseFuture(text: string, nowMs: number): number | undefined {
  const duration = parseDuration(text);
  if (duration === undefined && !isRfc3339(text)) return undefined;
  const at = duration === undefined ? Date.parse(text) : nowMs + duration;
  return at > nowMs && at <= nowMs + longestMs ? at : undefined;
}

/** As a record holds a point in time: RFC 3339 in UTC. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
