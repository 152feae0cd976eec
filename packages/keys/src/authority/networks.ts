import { isIP } from "node:net";

/**
 * Networks of the constraint `cidr`. An IPv4 address in an IPv6 socket (`::ffff:192.0.2.1`) counts as
 * IPv4, in networks as well; otherwise the families are apart: `::/0` includes no IPv4 address.
 */
interface Network {
  readonly family: 4 | 6;
  /** 16 bits each: two for IPv4, eight for IPv6. */
  readonly groups: readonly number[];
  readonly prefix: number;
}

const prefixPattern = /^(?:0|[1-9]\d{0,2})$/u;

/**
 * Whether a text is an IPv4 or IPv6 address, or a network in CIDR notation (RFC 4632, RFC 4291)
 * without bits beyond its prefix: `10.0.0.1/8` is none. Zone ids are refused.
 */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined;
}

/**
 * Whether one of the networks includes the address. False for an empty list, and for what is no
 * address; a malformed network includes nothing.
 */
export function includes(networks: readonly string[], address: string): boolean {
  const host = parseAddress(address);
  if (host === undefined) return false;
  return networks.some((text) => {
    const network = parseNetwork(text);
    return network !== undefined && contains(network, host);
  });
}

/** Whether every address of `narrow` is in `wide`. False when either is malformed. */
export function networkCovers(wide: string, narrow: string): boolean {
  const [outer, inner] = [parseNetwork(wide), parseNetwork(narrow)];
  return outer !== undefined && inner !== undefined && contains(outer, inner);
}

/**
 * The networks of the addresses that are in both lists, none of them inside another. Two networks
 * are apart or one includes the other, so each is one that was given. Malformed ones add nothing.
 */
export function meetNetworks(a: readonly string[], b: readonly string[]): string[] {
  const [ours, theirs] = [a.flatMap(parsed), b.flatMap(parsed)];
  const common = [
    ...ours.filter((one) => theirs.some((other) => contains(other, one))),
    ...theirs.filter((one) => ours.some((other) => contains(other, one))),
  ];
  // Of equal ones the first stays.
  const widest = common.filter((one, index) =>
    common.every(
      (other, place) =>
        place === index || !contains(other, one) || (contains(one, other) && index < place),
    ),
  );
  return widest.map(format);
}

function parsed(text: string): readonly Network[] {
  const network = parseNetwork(text);
  return network === undefined ? [] : [network];
}

// Two networks are apart or nested, so the prefix decides: no range has to be computed.
function contains(outer: Network, inner: Network): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const whole = outer.prefix >> 4;
  for (let index = 0; index < whole; index++) {
    if (outer.groups[index] !== inner.groups[index]) return false;
  }
  const bits = outer.prefix & 15;
  if (bits === 0) return true;
  const mask = (0xffff << (16 - bits)) & 0xffff;
  return outer.groups[whole] === (inner.groups[whole]! & mask);
}

function parseNetwork(text: string): Network | undefined {
  const slash = typeof text === "string" ? text.indexOf("/") : -1;
  if (slash === -1) return parseAddress(text);
  const groups = parseGroups(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (groups === undefined || !prefixPattern.test(digits)) return undefined;
  const prefix = Number(digits);
  if (prefix > groups.length * 16 || hasBitsBeyond(groups, prefix)) return undefined;
  return unmapped(groups, prefix);
}

function parseAddress(text: string): Network | undefined {
  const groups = parseGroups(text);
  return groups === undefined ? undefined : unmapped(groups, groups.length * 16);
}

// `::ffff:0:0/96` is IPv4. A shorter prefix than 96 would have bits beyond it, so it never comes here.
function unmapped(groups: readonly number[], prefix: number): Network {
  if (groups.length === 2) return { family: 4, groups, prefix };
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  return mapped
    ? { family: 4, groups: groups.slice(6), prefix: prefix - 96 }
    : { family: 6, groups, prefix };
}

function hasBitsBeyond(groups: readonly number[], prefix: number): boolean {
  return groups.some((group, index) => {
    const kept = Math.min(16, Math.max(0, prefix - 16 * index));
    return (group & (0xffff >> kept)) !== 0;
  });
}

// Node decides what is an address (no octal, no zone id here), so this only takes it apart.
function parseGroups(text: string): number[] | undefined {
  const family = typeof text === "string" ? isIP(text) : 0;
  if (family === 4) return ipv4Groups(text);
  if (family !== 6 || text.includes("%")) return undefined;
  const [head, tail] = text.split("::");
  const before = ipv6Groups(head!);
  if (tail === undefined) return before;
  const after = ipv6Groups(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function ipv6Groups(text: string): number[] {
  if (text === "") return [];
  return text
    .split(":")
    .flatMap((part) => (part.includes(".") ? ipv4Groups(part) : Number.parseInt(part, 16)));
}

function ipv4Groups(text: string): number[] {
  const [a, b, c, d] = text.split(".").map(Number);
  return [a! * 256 + b!, c! * 256 + d!];
}

function format({ family, groups, prefix }: Network): string {
  const address = family === 4 ? ipv4Text(groups) : ipv6Text(groups);
  return prefix === groups.length * 16 ? address : `${address}/${prefix}`;
}

function ipv4Text(groups: readonly number[]): string {
  return groups.map((group) => `${group >> 8}.${group & 255}`).join(".");
}

// A URL writes the short form of RFC 5952: `2001:db8::1`.
function ipv6Text(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(":");
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}
