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
