import { describe, expect, test } from "vitest";
import { noToken, problemOf, severalTokens } from "../../src/http/problem.ts";
import type { Problem } from "../../src/http/problem.ts";

function problem(...codes: readonly string[]): Problem {
  return problemOf({ denied: true, codes, message: codes.join(" ") });
}

test.each(["key:malformed", "key:unknown", "key:wrong_secret", "key:record_invalid"])(
  "`%s` looks like any key that is not valid",
  (code) => {
    expect(problem(code)).toEqual(problem("key:malformed"));
    expect(problem(code)).toMatchObject({
      status: 401,
      headers: { "www-authenticate": expect.stringContaining('error="invalid_token"') as string },
    });
    expect(problem(code).body).not.toContain("key:");
  },
);

test.each([
  "key:revoked",
  "key:disabled",
  "key:expired",
  "key:parent_inactive",
  "key:address_not_allowed",
])("whoever has shown the key is told of `%s`", (code) => {
  expect(problem(code).status).toBe(401);
  expect(JSON.parse(problem(code).body)).toMatchObject({ status: 401, codes: [code] });
});

test.each([
  "key:stale",
  "key:store_unavailable",
  "key:pepper_unavailable",
  "engine:audit_unavailable",
])("`%s` passes: the request may be made again", (code) => {
  expect(problem(code)).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
  expect(problem(code).headers).not.toHaveProperty("www-authenticate");
});

test.each([
  ["engine:args_unparseable", 400],
  ["engine:input_too_large", 413],
  ["notes_closed", 403],
  ["key:constraint", 403],
  ["scope:unknown", 403],
])("`%s` is %i", (code, status) => {
  expect(problem(code).status).toBe(status);
});

describe("a scope that is missing", () => {
  const denial = { denied: true, codes: ["scope:missing"], message: "no" } as const;

  test("is named in the challenge, the first of those that would do", () => {
    const { status, headers } = problemOf({
      ...denial,
      missingScopes: ["notes:read", "notes:write"],
    });
    expect(status).toBe(403);
    expect(headers["www-authenticate"]).toBe(
      'Bearer realm="scopeward", error="insufficient_scope", error_description="the key lacks a scope", scope="notes:read"',
    );
  });

  test.each(['x", evil="1', "a\r\nset-cookie: b", ""])("is not named where it is none", (scope) => {
    expect(problemOf({ ...denial, missingScopes: [scope] }).headers).not.toHaveProperty(
      "www-authenticate",
    );
  });
});

test("a question to a person has the id to come back with", () => {
  const { status, body } = problemOf({
    denied: true,
    codes: ["large"],
    message: "waiting",
    approval: "id",
  });
  expect(status).toBe(403);
  expect(JSON.parse(body)).toMatchObject({ approval: "id" });
});

test("no problem is kept by a cache, and each is one of RFC 9457", () => {
  for (const { status, headers, body } of [noToken, severalTokens, problem("notes_closed")]) {
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "content-type": "application/problem+json",
    });
    expect(JSON.parse(body)).toMatchObject({ type: "about:blank", status });
  }
  expect(noToken.headers["www-authenticate"]).toBe('Bearer realm="scopeward"');
});
