import { isIPv4, isIPv6 } from "node:net";
import { BuiltinError } from "./builtin-error.ts";

// Every address is the 128 bits of its IPv6 form, as Go's `net.IP` has it: IPv4 is ::ffff:0:0/96.
const mappedPrefix = 0xffffn;

/** A network as Go's `net.IPNet`: the masked address, and the mask as prefix length of 32 or 128. */
export interface IpNetwork {
  readonly address: bigint;
  readonly prefixLength: number;
  readonly maskBits: 32 | 128;
}

/** Whether an address is IPv4, written plainly or mapped into IPv6. */
export function isIpv4Address(address: bigint): boolean {
  return address >> 32n === mappedPrefix;
}

/** Reads an address as Go's `net.ParseIP`; undefined if the text is none. A zone is not accepted. */
export function parseIpAddress(text: string): bigint | undefined {
  if (isIPv4(text)) return (mappedPrefix << 32n) | parseIpv4(text);
  return isIPv6(text) && !text.includes("%") ? parseIpv6(text) : undefined;
}

/** Reads a CIDR as Go's `net.ParseCIDR`. @throws BuiltinError if the text is none. */
export function parseCidr(text: string): IpNetwork {
  const slash = text.indexOf("/");
  const address = slash === -1 ? undefined : parseIpAddress(text.slice(0, slash));
  const length = text.slice(slash + 1);
  const maskBits = text.includes(":") ? 128 : 32;
  if (address === undefined || !/^[0-9]+$/.test(length) || Number(length) > maskBits) {
    throw new BuiltinError("invalid cidr address");
  }
  return network(address, Number(length), maskBits);
}

/** The network of an address, its host bits cleared. */
export function network(address: bigint, prefixLength: number, maskBits: 32 | 128): IpNetwork {
  const hostBits = BigInt(maskBits - prefixLength);
  return { address: (address >> hostBits) << hostBits, prefixLength, maskBits };
}

/** The last address of a network. */
export function lastAddress({ address, prefixLength, maskBits }: IpNetwork): bigint {
  const hostBits = BigInt(maskBits - prefixLength);
  return ((address >> hostBits) << hostBits) | ((1n << hostBits) - 1n);
}

/** Whether a network has an address; one of IPv6 never has an IPv4 address, mapped or not. */
export function hasAddress(net: IpNetwork, address: bigint): boolean {
  if (isIpv4Address(net.address) !== isIpv4Address(address)) return false;
  const hostBits = BigInt(net.maskBits - net.prefixLength);
  return net.address >> hostBits === address >> hostBits;
}

/** Writes an address as Go does: IPv4 dotted, IPv6 as in RFC 5952. */
export function formatIpAddress(address: bigint): string {
  if (isIpv4Address(address)) {
    return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 0xffn).join(".");
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const [start, length] = longestZeros(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

/** Writes a network as Go does; a mapped one as the IPv4 network it is. */
export function formatCidr({ address, prefixLength, maskBits }: IpNetwork): string {
  const length =
    isIpv4Address(address) && maskBits === 128 ? Math.max(0, prefixLength - 96) : prefixLength;
  return `${formatIpAddress(address)}/${length}`;
}

function parseIpv4(text: string): bigint {
  return text.split(".").reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint {
  const [head = "", tail] = text.split("::");
  const first = groupsOf(head);
  const last = tail === undefined ? [] : groupsOf(tail);
  const middle = Array.from({ length: 8 - first.length - last.length }, () => 0n);
  return [...first, ...middle, ...last].reduce((value, group) => (value << 16n) | group, 0n);
}

function groupsOf(text: string): readonly bigint[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [BigInt(`0x${group}`)];
    const embedded = parseIpv4(group);
    return [embedded >> 16n, embedded & 0xffffn];
  });
}

function longestZeros(groups: readonly string[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best[1]) best = [start, length];
  }
  return best;
}
