/** What a request shows of a key. */
export type Credentials =
  | { readonly kind: "none" }
  /** Whatever stood behind `Bearer`; the verifier tells whether it is a token. */
  | { readonly kind: "token"; readonly token: string }
  /** More than one: nobody can tell which of them counts. */
  | { readonly kind: "several" };

// RFC 6750 section 2.1, and RFC 9110 for a scheme whose case does not matter.
const bearer = /^bearer(?: +(?<token>.*))?$/isu;
const b64token = /^[\w.~+/-]+=*$/u;

/**
 * Reads the one key that a request may show, in the header `Authorization`.
 * @param headers - every value of the header, as it came.
 * @param query - a token in the address is never used (it ends up in logs); one beside the header is
 *   a second one (RFC 6750 section 2).
 */
export function credentialsOf(headers: readonly string[], query: URLSearchParams): Credentials {
  const [header, ...more] = headers;
  if (header === undefined) return { kind: "none" };
  // `Headers` joins two headers with a comma, which is in no token.
  const isJoined = /,\s*bearer(?:\s|$)/iu.test(header);
  if (more.length > 0 || isJoined || query.has("access_token")) return { kind: "several" };
  const found = bearer.exec(header.trim());
  if (found === null) return { kind: "none" };
  const token = found.groups?.["token"]?.trim() ?? "";
  if (token.includes(",")) return { kind: "several" };
  return { kind: "token", token: b64token.test(token) ? token : "" };
}
