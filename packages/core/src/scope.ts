/**
 * The scope grammar and inclusion, the one rule that serves issuing, delegating and deciding. The
 * Rego library holds the same rule as `scopeward.covers`; tests check the two against each other.
 */

const segment = "[a-z0-9][a-z0-9-]*";
const scopePattern = new RegExp(`^${segment}(?::${segment})*$`, "u");
const grantPattern = new RegExp(
  `^(?:\\*\\*|(?:${segment}|\\*)(?::(?:${segment}|\\*))*(?::\\*\\*)?)$`,
  "u",
);

/** Whether a string is a scope: segments of `[a-z0-9][a-z0-9-]*` joined by `:`, no wildcard. */
export function isScope(text: string): boolean {
  return scopePattern.test(text);
}

/**
 * Whether a string is a grant: a scope in which `*` may stand for exactly one segment, and a final
 * `**` for one or more.
 */
export function isGrant(text: string): boolean {
  return grantPattern.test(text);
}

/**
 * Whether a grant includes a scope, or another grant: everything that `scope` opens, `grant` opens
 * too. `payments:**` does not cover `payments`; `**` covers all. Malformed on either side: false.
 *
 * @example
 * covers("payments:*", "payments:read"); // true
 * covers("payments:**", "payments"); // false
 */
export function covers(grant: string, scope: string): boolean {
  if (!isGrant(grant) || !isGrant(scope)) return false;
  const wide = grant.split(":");
  const narrow = scope.split(":");
  const open = wide.at(-1) === "**";
  const head = open ? wide.length - 1 : wide.length;
  if (open ? narrow.length <= head : narrow.length !== head) return false;
  return wide.slice(0, head).every((part, index) => segmentCovers(part, narrow[index]));
}

// A `**` on the narrow side stands for several segments, which no single segment includes.
function segmentCovers(wide: string, narrow: string | undefined): boolean {
  return narrow !== undefined && narrow !== "**" && (wide === "*" || wide === narrow);
}

/**
 * The grant that includes exactly what both grants include; undefined where they have nothing in
 * common, or one is malformed. With it authority is narrowed: by intersection, never by union.
 *
 * @example
 * meet("payments:*", "*:read"); // "payments:read"
 * meet("payments:**", "payments:*"); // "payments:*"
 * meet("payments:read", "notes:read"); // undefined
 */
export function meet(a: string, b: string): string | undefined {
  if (!isGrant(a) || !isGrant(b)) return undefined;
  const [one, other] = [parts(a), parts(b)];
  if (!fits(one, other) || !fits(other, one)) return undefined;
  const length = Math.max(one.head.length, other.head.length);
  const segments: string[] = [];
  for (let index = 0; index < length; index++) {
    const common = meetSegments(one.head[index] ?? "*", other.head[index] ?? "*");
    if (common === undefined) return undefined;
    segments.push(common);
  }
  if (one.open && other.open) segments.push("**");
  return segments.join(":");
}

interface Pattern {
  readonly head: readonly string[];
  /** Whether one segment or more follow the head. */
  readonly open: boolean;
}

function parts(grant: string): Pattern {
  const segments = grant.split(":");
  const open = segments.at(-1) === "**";
  return { head: open ? segments.slice(0, -1) : segments, open };
}

/** Whether a text as long as `closed` (if it is that) can match `other`. */
function fits(closed: Pattern, other: Pattern): boolean {
  if (closed.open) return true;
  const [length, least] = [closed.head.length, other.head.length];
  return other.open ? length > least : length === least;
}

function meetSegments(a: string, b: string): string | undefined {
  if (a === "*" || a === b) return b;
  return b === "*" ? a : undefined;
}
