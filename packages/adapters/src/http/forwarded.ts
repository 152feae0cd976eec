import { isIP } from "node:net";

const ipv4WithPort = /^(?<address>[\d.]+)(?::\d{1,5})?$/u;
const ipv6InBrackets = /^\[(?<address>[\da-f:.]+)\](?::\d{1,5})?$/iu;
// RFC 7239 section 4; a value is a token, or quoted with backslashes before what is meant literally.
const pair =
  /^(?<name>[\w!#$%&'*+.^`|~-]+)=(?:(?<token>[\w!#$%&'*+.^`|~:[\]-]+)|"(?<quoted>(?:[^"\\]|\\.)*)")$/su;

/**
 * The addresses of an `X-Forwarded-For`, the client's first as far as the proxies are to be believed.
 * @returns undefined for an entry that is no address.
 */
export function parseForwardedFor(value: string): readonly (string | undefined)[] {
  return value.split(",").map((entry) => nodeAddress(entry.trim()));
}

/** The same for the parameter `for` of a `Forwarded` (RFC 7239). */
export function parseForwarded(value: string): readonly (string | undefined)[] {
  return splitOutsideQuotes(value, ",").map((element) => {
    let node: string | undefined;
    let isMalformed = false;
    for (const part of splitOutsideQuotes(element, ";")) {
      const found = pair.exec(part.trim())?.groups;
      if (found === undefined) {
        isMalformed ||= part.trim() !== "";
      } else if (found["name"]?.toLowerCase() === "for") {
        isMalformed ||= node !== undefined;
        node = found["token"] ?? found["quoted"]?.replaceAll(/\\(.)/gsu, "$1");
      }
    }
    return isMalformed || node === undefined ? undefined : nodeAddress(node);
  });
}

/** An address in its plain form; IPv4 that is mapped into IPv6 as IPv4. */
export function plainAddress(text: string): string | undefined {
  // A zone names an interface of the machine that wrote it.
  if (isIP(text) === 0 || text.includes("%")) return undefined;
  const mapped = /^::ffff:(?<address>\d+\.\d+\.\d+\.\d+)$/iu.exec(text)?.groups?.["address"];
  return mapped !== undefined && isIP(mapped) === 4 ? mapped : text;
}

function nodeAddress(node: string): string | undefined {
  const found = ipv4WithPort.exec(node) ?? ipv6InBrackets.exec(node);
  return plainAddress(found?.groups?.["address"] ?? node);
}

function splitOutsideQuotes(value: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let isQuoted = false;
  for (let index = 0; index < value.length; index++) {
    const letter = value.charAt(index);
    if (letter === separator && !isQuoted) {
      parts.push(part);
      part = "";
      continue;
    }
    part += letter;
    if (letter === '"') isQuoted = !isQuoted;
    if (letter === "\\" && isQuoted) part += value.charAt(++index);
  }
  return [...parts, part];
}
