import type { JsonObject } from "@scopeward/core";
import type { Normalised, Normaliser, NormaliserTarget } from "@scopeward/sdk";
import { addressReach } from "./address-reach.ts";

const methods: ReadonlySet<string> = new Set([
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
]);
const maxLength = 8_192;
const defaultPorts: { readonly [scheme: string]: number } = { http: 80, https: 443 };

/**
 * Reads where an HTTP request goes: `url`, and `method` (`GET` where absent), by the rules of the WHATWG
 * URL Standard. The id is the host, with its port where that is not the default one; for the type `url`
 * the origin and the path. Facts: `{method, scheme, host, port, path, query, ip?}`.
 *
 * What two programs may read in two ways is underived: see the README for the list.
 */
export function httpNormaliser(): Normaliser {
  return { name: "http", normalise };
}

function normalise(args: JsonObject, { type }: NormaliserTarget): Normalised {
  const text = Object.hasOwn(args, "url") ? args["url"] : undefined;
  const given = Object.hasOwn(args, "method") ? args["method"] : "GET";
  if (typeof text !== "string") return underived("takes its `url` as a text");
  // Some letters outside of ASCII have a capital within it, as the long s.
  const isWord = typeof given === "string" && /^[A-Za-z]+$/u.test(given);
  const method = isWord ? given.toUpperCase() : "";
  if (!methods.has(method)) return underived("takes another `method`");
  // What a parser strips, or takes for something else (a backslash for a slash), others do not.
  if (text.length > maxLength || !text.isWellFormed() || /[\p{Cc}\p{Cf}\s\\]/u.test(text)) {
    return underived("the `url` holds characters that none may hold, or is too long");
  }
  const authority = /^https?:\/\/(?<authority>[^/?#]+)(?<path>[^?#]*)/iu.exec(text)?.groups;
  const url = authority === undefined ? null : URL.parse(text);
  if (authority === undefined || url === null)
    return underived("the `url` is no http or https one");
  if (authority["authority"]?.includes("@") === true)
    return underived("the `url` holds credentials");
  const host = hostOf(url.hostname);
  if (host === undefined) return underived("the `url` has a host that is none");
  const path = pathOf(authority["path"] ?? "", url.pathname);
  if (path === undefined) return underived("the `url` has a path that can be read in two ways");
  const scheme = url.protocol.slice(0, -1);
  const server = url.port === "" ? host : `${host}:${url.port}`;
  const port = url.port === "" ? (defaultPorts[scheme] ?? 0) : Number(url.port);
  const ip = addressReach(host.replace(/^\[(.*)\]$/u, "$1"));
  return {
    kind: "resource",
    id: type === "url" ? `${scheme}://${server}${path}` : server,
    facts: {
      method,
      scheme,
      host,
      port,
      path,
      query: url.search !== "",
      ...(ip === undefined ? {} : { ip }),
    },
  };
}

/** One spelling of a host, after the URL Standard's own; an IPv6 address stays in its brackets. */
function hostOf(hostname: string): string | undefined {
  // `::ffff:a.b.c.d` is the IPv4 address itself to a socket.
  const mapped = /^\[::ffff:(?<high>[0-9a-f]+):(?<low>[0-9a-f]+)\]$/u.exec(hostname)?.groups;
  if (mapped !== undefined) {
    const parts = [mapped["high"], mapped["low"]].map((part) => Number.parseInt(part ?? "", 16));
    return parts.flatMap((part) => [part >> 8, part & 255]).join(".");
  }
  if (hostname.startsWith("[")) return hostname;
  const name = hostname.replace(/\.$/u, "");
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/u.test(name) ? name : undefined;
}

/** One spelling of a path; undefined where a server may find other segments in it than we do. */
function pathOf(written: string, parsed: string): string | undefined {
  // Encoded: control characters, a percent sign (something encoded twice), a dot, a slash, a backslash.
  if (/%(?:[01]|2[5ef]|5c|7f)/iu.test(written) || written.includes("//")) return undefined;
  try {
    decodeURIComponent(parsed);
  } catch {
    return undefined;
  }
  return parsed.replaceAll(/%[0-9a-f]{2}/giu, (encoded) => {
    const character = String.fromCodePoint(Number.parseInt(encoded.slice(1), 16));
    return /[\w~-]/u.test(character) ? character : encoded.toUpperCase();
  });
}

function underived(detail: string): Normalised {
  return { kind: "underived", detail };
}
