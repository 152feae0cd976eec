import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Where an IP address lies, as seen from the machine that connects to it. */
export type AddressReach = "private" | "loopback" | "link_local" | "public";

type Network = readonly [address: string, prefix: number];

function listOf(...networks: readonly Network[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of networks) {
    list.addSubnet(address, prefix, isIPv4(address) ? "ipv4" : "ipv6");
  }
  return list;
}

// The unspecified addresses reach the machine itself.
const loopback = listOf(["0.0.0.0", 8], ["127.0.0.0", 8], ["::", 127]);
const linkLocal = listOf(["169.254.0.0", 16], ["fe80::", 10]);
// IANA's special-purpose registries: all that is not globally reachable (RFC 6890), and multicast.
const special = listOf(
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
  ["2001::", 23],
  ["2001:db8::", 32],
  // Leads to an IPv4 address of its own choice (6to4).
  ["2002::", 16],
  ["3fff::", 20],
);
const globalUnicast = listOf(["2000::", 3]);

/** Where an address lies, or a name that stands for one; undefined for a name that is looked up. */
export function addressReach(host: string): AddressReach | undefined {
  if (host === "localhost" || host.endsWith(".localhost")) return "loopback";
  const family = isIPv4(host) ? "ipv4" : "ipv6";
  if (family === "ipv6" && !isIPv6(host)) return undefined;
  if (loopback.check(host, family)) return "loopback";
  if (linkLocal.check(host, family)) return "link_local";
  const isGlobal = family === "ipv4" || globalUnicast.check(host, family);
  return isGlobal && !special.check(host, family) ? "public" : "private";
}
