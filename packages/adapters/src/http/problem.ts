import { isScope, verificationCodes } from "@scopeward/core";
import type { Denial } from "@scopeward/sdk";

/** An answer that tells why there is no other (RFC 9457). */
export interface Problem {
  readonly status: 400 | 401 | 403 | 413 | 503;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  413: "Content Too Large",
  503: "Service Unavailable",
} as const;

/** What will be another time: the same request can be made again. */
const passing: ReadonlySet<string> = new Set([
  "key:pepper_unavailable",
  "key:stale",
  "key:store_unavailable",
  "engine:audit_unavailable",
  "engine:limit_unavailable",
  "engine:no_bundle",
]);
/** Keys are read again by then: the revocation bound. */
const retryAfterSeconds = "5";
/** Whoever gets one of these has not shown a key, and is not told what about it is wrong. */
const unproven: ReadonlySet<string> = new Set([
  "key:malformed",
  "key:unknown",
  "key:wrong_secret",
  "key:record_invalid",
]);
const verification: ReadonlySet<string> = new Set(verificationCodes);

/** No key was shown: the challenge names no error then (RFC 6750 section 3.1). */
export const noToken: Problem = problem(
  401,
  { detail: "show a key in the header `Authorization`, as a bearer token" },
  challenge(),
);

/** More than one key was shown. */
export const severalTokens: Problem = problem(
  400,
  { detail: "show one key, in one header `Authorization`" },
  challenge("invalid_request", "there is more than one token"),
);

/** How a denial is told over HTTP. */
export function problemOf({ codes, message, missingScopes, approval }: Denial): Problem {
  const told = { detail: message, codes };
  if (codes.some((code) => passing.has(code))) {
    return problem(503, told, { "retry-after": retryAfterSeconds });
  }
  if (codes.some((code) => unproven.has(code))) {
    return problem(401, { detail: "the key is not valid" }, invalidToken());
  }
  if (codes.some((code) => verification.has(code))) return problem(401, told, invalidToken());
  if (codes.includes("engine:args_unparseable")) return problem(400, told);
  if (codes.includes("engine:input_too_large")) return problem(413, told);
  const scope = missingScopes?.[0];
  if (scope !== undefined && codes.includes("scope:missing") && isScope(scope)) {
    const headers = challenge("insufficient_scope", "the key lacks a scope", scope);
    return problem(403, { ...told, missing_scopes: missingScopes }, headers);
  }
  return problem(403, approval === undefined ? told : { ...told, approval });
}

function invalidToken(): Problem["headers"] {
  return challenge("invalid_token", "the token is not valid");
}

// Every part is ours or a scope, so that nothing in it has to be escaped.
function challenge(error?: string, description?: string, scope?: string): Problem["headers"] {
  const parameters = Object.entries({
    realm: "scopeward",
    error,
    error_description: description,
    scope,
  }).filter(([, value]) => value !== undefined);
  return {
    "www-authenticate": `Bearer ${parameters.map(([name, value]) => `${name}="${value}"`).join(", ")}`,
  };
}

function problem(
  status: Problem["status"],
  members: Readonly<Record<string, unknown>>,
  headers: Problem["headers"] = {},
): Problem {
  const body = { type: "about:blank", title: titles[status], status, ...members };
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
