import { Buffer } from "node:buffer";
import { BuiltinError } from "./builtin-error.ts";
import { textFromBytes } from "./byte-text.ts";

/** The parts of a URL that Go escapes differently. */
export type UrlPart = "path" | "host" | "zone" | "userinfo" | "query" | "fragment";

// What stays as it is, beside letters, digits and `-_.~` (Go's `net/url` encoding table).
const unescaped: Readonly<Record<UrlPart, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/,
  zone: /[A-Za-z0-9\-_.~!"$&'()*+,:;<=>[\]]/,
  userinfo: /[A-Za-z0-9\-_.~$&+,;=]/,
  query: /[A-Za-z0-9\-_.~]/,
  fragment: /[A-Za-z0-9\-_.~!$&()*+,/:;=?@]/,
};

/** Escapes text for one part of a URL; in a query a space becomes `+`. */
export function percentEncode(text: string, part: UrlPart): string {
  const plain = unescaped[part];
  let result = "";
  for (const character of text) {
    if (plain.test(character)) result += character;
    else if (part === "query" && character === " ") result += "+";
    else {
      for (const byte of Buffer.from(character)) {
        result += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      }
    }
  }
  return result;
}

/**
 * Undoes {@link percentEncode} with the strictness of Go's `net/url`.
 * @throws BuiltinError for a broken escape, one that the part does not allow, or bytes that are not UTF-8.
 */
export function percentDecode(text: string, part: UrlPart): string {
  const inHost = part === "host" || part === "zone";
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    if (character === "%") {
      const escape = text.slice(at, at + 3);
      if (!/^%[0-9a-fA-F]{2}$/.test(escape)) throw new BuiltinError("invalid url escape");
      const byte = Number.parseInt(escape.slice(1), 16);
      if (escape !== "%25" && !mayBeEscaped(byte, part))
        throw new BuiltinError("invalid url escape");
      bytes.push(byte);
      at += 2;
    } else if (character === "+" && part === "query") {
      bytes.push(0x20);
    } else {
      if (inHost && character < "\u0080" && !unescaped[part].test(character)) {
        throw new BuiltinError("invalid character in host name");
      }
      bytes.push(...Buffer.from(character));
      at += character.length - 1;
    }
  }
  return textFromBytes(Uint8Array.from(bytes));
}

// RFC 6874: a host holds escapes of non-ASCII only, a zone also those of a host's own characters.
function mayBeEscaped(byte: number, part: UrlPart): boolean {
  if (part === "host") return byte >= 0x80;
  if (part === "zone") return byte === 0x20 || unescaped.host.test(String.fromCharCode(byte));
  return true;
}
