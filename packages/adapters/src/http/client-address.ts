import { BlockList, isIP } from "node:net";
import { parseForwarded, parseForwardedFor, plainAddress } from "./forwarded.ts";

/** Which proxies stand in front of the service, and how they name the client. */
export interface TrustedProxies {
  /** Their addresses in CIDR notation, such as `10.0.0.0/8`. */
  readonly networks: readonly string[];
  /** The one header that they write; the other is never read. */
  readonly header: "x-forwarded-for" | "forwarded";
}

/** Tells the client's address; undefined where nobody can. */
export type ClientAddress = (
  peer: string | undefined,
  header: (name: string) => readonly string[],
) => string | undefined;

/**
 * The address of whom a service talks to: the peer of the socket, unless that is a trusted proxy; then
 * the right-most address in its header that is no trusted proxy. What is left of that one, the client
 * may have written itself. A malformed entry on the way means that nobody knows.
 * @throws TypeError for a network that is none.
 */
export function clientAddress(proxies: TrustedProxies | undefined): ClientAddress {
  const trusted = networksOf(proxies?.networks ?? []);
  const isTrusted = (address: string): boolean =>
    trusted.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
  return (peer, header) => {
    const direct = peer === undefined ? undefined : plainAddress(peer);
    if (direct === undefined || proxies === undefined || !isTrusted(direct)) return direct;
    const value = header(proxies.header).join(",");
    if (value.trim() === "") return direct;
    const parse = proxies.header === "forwarded" ? parseForwarded : parseForwardedFor;
    let address: string | undefined = direct;
    for (const hop of parse(value).toReversed()) {
      if (hop === undefined) return undefined;
      address = hop;
      if (!isTrusted(hop)) break;
    }
    return address;
  };
}

function networksOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits = "", ...more] = network.split("/");
    const family = isIP(address);
    const isPrefix = /^\d{1,3}$/u.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
    if (family === 0 || !isPrefix || more.length > 0) {
      throw new TypeError(`\`${network}\` is no network; write it like \`10.0.0.0/8\``);
    }
    list.addSubnet(address, Number(bits), family === 4 ? "ipv4" : "ipv6");
  }
  return list;
}
