import { parseFuture, timeText } from "./duration.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** What was said about the life of a key, as points in time. What was not said, or removed, is absent. */
export interface PointsInTime {
  readonly kind: "times";
  readonly expiresAt?: string;
  readonly notBefore?: string;
}

/** Reads `expires` and `notBefore`, each a duration from now or a point in time to come. */
export function pointsInTime(
  { expires, notBefore }: { readonly expires?: string | null; readonly notBefore?: string | null },
  nowMs: number,
): PointsInTime | Refusal {
  const expiresMs = parseFuture(expires ?? "", nowMs);
  const notBeforeMs = parseFuture(notBefore ?? "", nowMs);
  if (typeof expires === "string" && expiresMs === undefined) return notInFuture("expires");
  if (typeof notBefore === "string" && notBeforeMs === undefined) return notInFuture("notBefore");
  return {
    kind: "times",
    ...(expiresMs === undefined ? {} : { expiresAt: timeText(expiresMs) }),
    ...(notBeforeMs === undefined ? {} : { notBefore: timeText(notBeforeMs) }),
  };
}

function notInFuture(field: string): Refusal {
  return refuse(
    "invalid",
    `\`${field}\` must be a duration such as \`30d\`, or a point in time (RFC 3339) within ten years to come`,
    field,
  );
}
