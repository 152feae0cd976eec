import { isIPv6 } from "node:net";
import { RegoObject, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { toJsonValue } from "./json-text.ts";
import { isArray, objectOperand, stringOperand } from "./operands.ts";
import { percentDecode, percentEncode } from "./percent-encoding.ts";

/** Go refuses a query with more parameters than this. */
const maximumQueryParameters = 10_000;

/** What Go's `url.Parse` finds in a URL; an absent part is the empty string. */
export interface GoUrl {
  readonly scheme: string;
  /** With the port, as in the URL; an IPv6 address in brackets. */
  readonly host: string;
  readonly path: string;
  /** The path as written, where that is not Go's own way to escape `path`. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly fragment: string;
}

/** `urlquery.*` and `uri.*`. */
export const urlBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "urlquery.encode": (text) => percentEncode(stringOperand(text, 1), "query"),
  "urlquery.decode": (text) => percentDecode(stringOperand(text, 1), "query"),
  "urlquery.encode_object": encodeObject,
  "urlquery.decode_object": (text) => decodeObject(stringOperand(text, 1)),
  "uri.parse": (text) => parts(parseGoUrl(stringOperand(text, 1))),
  "uri.is_valid": (text) => {
    if (typeof text !== "string" || text === "") return false;
    try {
      parseGoUrl(text);
      return true;
    } catch (error) {
      if (error instanceof BuiltinError) return false;
      throw error;
    }
  },
};

function encodeObject(operand: RegoValue): RegoValue {
  objectOperand(operand, 1);
  const object = toJsonValue(operand) as RegoObject;
  return object.entries
    .flatMap(([name, value]) =>
      (isArray(value) ? value : [value]).map((item) => {
        if (typeof item !== "string") {
          throw new BuiltinError("operand 1 values must be string, array[string], or set[string]");
        }
        return `${percentEncode(name as string, "query")}=${percentEncode(item, "query")}`;
      }),
    )
    .join("&");
}

function decodeObject(query: string): RegoValue {
  const pairs = query.split("&");
  if (pairs.length > maximumQueryParameters) throw new BuiltinError("too many query parameters");
  const values = new Map<string, RegoValue[]>();
  for (const pair of pairs) {
    if (pair.includes(";")) throw new BuiltinError("invalid semicolon separator in query");
    if (pair === "") continue;
    const [name, value] = cut(pair, "=").map((part) => percentDecode(part, "query"));
    const known = values.get(name!);
    if (known === undefined) values.set(name!, [value!]);
    else known.push(value!);
  }
  return RegoObject.of(values);
}

function parts(parsed: GoUrl): RegoValue {
  const [hostname, port] = splitPort(parsed.host);
  return RegoObject.of(
    Object.entries({
      scheme: parsed.scheme,
      hostname,
      port,
      path: parsed.path,
      raw_path: parsed.rawPath || parsed.path,
      raw_query: parsed.rawQuery,
      fragment: parsed.fragment,
    }).filter(([, part]) => part !== ""),
  );
}

function splitPort(host: string): readonly [hostname: string, port: string] {
  const colon = host.lastIndexOf(":");
  const hasPort = colon !== -1 && /^:[0-9]*$/.test(host.slice(colon));
  const name = hasPort ? host.slice(0, colon) : host;
  const bare = name.startsWith("[") && name.endsWith("]") ? name.slice(1, -1) : name;
  return [bare, hasPort ? host.slice(colon + 1) : ""];
}

/**
 * Splits a URL as Go's `url.Parse` does, which is laxer than WHATWG's `URL` (relative references, no
 * normalisation) and stricter in places (control characters, escapes).
 * @throws BuiltinError where Go reports an error.
 */
export function parseGoUrl(text: string): GoUrl {
  const [beforeFragment, fragment] = cut(text, "#");
  // eslint-disable-next-line no-control-regex -- exactly these are what Go refuses
  if (/[\u0000-\u001f\u007f]/.test(beforeFragment))
    throw new BuiltinError("invalid control character in url");
  const [scheme, afterScheme] = splitScheme(beforeFragment);
  const [rest, rawQuery] = cut(afterScheme, "?");
  const decodedFragment = percentDecode(fragment, "fragment");
  const base = { scheme, rawQuery, fragment: decodedFragment };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...base, host: "", path: "", rawPath: "" };
    if (cut(rest, "/")[0].includes(":")) {
      throw new BuiltinError("first path segment in url cannot contain colon");
    }
  }
  let host = "";
  let path = rest;
  if (rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    host = parseAuthority(scheme, slash === -1 ? rest.slice(2) : rest.slice(2, slash));
    path = slash === -1 ? "" : rest.slice(slash);
  }
  const decoded = percentDecode(path, "path");
  const rawPath = percentEncode(decoded, "path") === path ? "" : path;
  return { ...base, host, path: decoded, rawPath };
}

function splitScheme(text: string): readonly [scheme: string, rest: string] {
  if (text.startsWith(":")) throw new BuiltinError("missing protocol scheme");
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  return scheme === undefined ? ["", text] : [scheme.toLowerCase(), text.slice(scheme.length + 1)];
}

function parseAuthority(scheme: string, authority: string): string {
  const at = authority.lastIndexOf("@");
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at !== -1) {
    const userinfo = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo))
      throw new BuiltinError("invalid userinfo");
    percentDecode(userinfo, "userinfo");
  }
  return host;
}

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf("[");
  if (open > 0) throw new BuiltinError("invalid ip literal");
  if (open === 0) return parseBracketHost(host);
  const first = host.indexOf(":");
  if (first !== -1) {
    const isWeb = scheme === "http" || scheme === "https";
    const port = host.slice(isWeb ? first : host.lastIndexOf(":"));
    if (!/^:[0-9]*$/.test(port)) throw new BuiltinError("invalid port after host");
  }
  return percentDecode(host, "host");
}

function parseBracketHost(host: string): string {
  const close = host.lastIndexOf("]");
  if (close === -1) throw new BuiltinError("missing `]` in host");
  const port = host.slice(close + 1);
  if (!/^(?::[0-9]*)?$/.test(port)) throw new BuiltinError("invalid port after host");
  const name = host.slice(1, close);
  const zoneAt = name.indexOf("%25");
  const address =
    zoneAt === -1
      ? percentDecode(name, "host")
      : percentDecode(name.slice(0, zoneAt), "host") + percentDecode(name.slice(zoneAt), "zone");
  if (!isIPv6(address)) throw new BuiltinError("invalid ip literal");
  return `[${address}]${port}`;
}

function cut(text: string, separator: string): readonly [before: string, after: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
