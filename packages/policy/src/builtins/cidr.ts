import { RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import {
  formatCidr,
  formatIpAddress,
  hasAddress,
  type IpNetwork,
  isIpv4Address,
  lastAddress,
  network,
  parseCidr,
  parseIpAddress,
} from "./ip-address.ts";
import { collectionOperand, isArray, operandTypeError, stringOperand } from "./operands.ts";

/** `net.cidr_expand` of more addresses than a /16 has fails. */
const maximumExpansion = 65_536n;

/** `net.cidr_contains_matches` of more pairs than this fails. */
const maximumPairs = 2_000_000;

/** `net.cidr_*`. `net.lookup_ip_addr` does I/O and is not offered. */
export const cidrBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "net.cidr_contains": contains,
  "net.cidr_overlap": contains,
  "net.cidr_intersects": (left, right) => {
    const a = parseCidr(stringOperand(left, 1));
    const b = parseCidr(stringOperand(right, 2));
    return hasAddress(a, b.address) || hasAddress(b, a.address);
  },
  "net.cidr_contains_matches": containsMatches,
  "net.cidr_expand": (cidr) => {
    const net = parseCidr(stringOperand(cidr, 1));
    const last = lastAddress(net);
    if (last - net.address >= maximumExpansion) {
      throw new BuiltinError(`the network has more than ${maximumExpansion} addresses`);
    }
    const addresses: string[] = [];
    for (let address = net.address; address <= last && hasAddress(net, address); address++) {
      addresses.push(formatIpAddress(address));
    }
    return RegoSet.of(addresses);
  },
  "net.cidr_is_valid": (cidr) => {
    if (typeof cidr !== "string") return false;
    try {
      parseCidr(cidr);
      return true;
    } catch (error) {
      if (error instanceof BuiltinError) return false;
      throw error;
    }
  },
  "net.cidr_merge": (operand) =>
    RegoSet.of(merge(collectionOperand(operand, 1).map(mergeable)).map(formatCidr)),
};

function contains(cidr: RegoValue, candidate: RegoValue): boolean {
  return networkContains(
    parseCidr(stringOperand(cidr, 1)),
    parseCandidate(stringOperand(candidate, 2)),
  );
}

type Candidate = bigint | IpNetwork;

function parseCandidate(text: string): Candidate {
  return parseIpAddress(text) ?? parseCidr(text);
}

function networkContains(net: IpNetwork, candidate: Candidate): boolean {
  if (typeof candidate === "bigint") return hasAddress(net, candidate);
  if (!isIpv4Address(net.address) && !isIpv4Address(candidate.address)) {
    // By prefixes: the last address of ::/80 is a mapped IPv4 one, which no IPv6 network has.
    return (
      net.prefixLength <= candidate.prefixLength &&
      network(candidate.address, net.prefixLength, 128).address === net.address
    );
  }
  return hasAddress(net, candidate.address) && hasAddress(net, lastAddress(candidate));
}

function containsMatches(cidrs: RegoValue, candidates: RegoValue): RegoValue {
  const nets = matchTerms(cidrs, 1);
  const others = matchTerms(candidates, 2);
  if (nets.length * others.length > maximumPairs) throw new BuiltinError("too many pairs to match");
  if (nets.length === 0 || others.length === 0) return RegoSet.of([]);
  const parsed = others.map(([text, index]) => [parseCandidate(text), index] as const);
  return RegoSet.of(
    nets.flatMap(([text, index]) => {
      const net = parseCidr(text);
      return parsed
        .filter(([candidate]) => networkContains(net, candidate))
        .map(([, otherIndex]) => [index, otherIndex]);
    }),
  );
}

type MatchTerm = readonly [text: string, index: RegoValue];

function matchTerms(operand: RegoValue, position: number): readonly MatchTerm[] {
  if (typeof operand === "string") return [[operand, operand]];
  if (isArray(operand)) return operand.map((item, index) => [matchText(item, position), index]);
  if (operand instanceof RegoSet)
    return operand.items.map((item) => [matchText(item, position), item]);
  if (operand instanceof RegoObject) {
    return operand.entries.map(([key, value]) => [matchText(value, position), key]);
  }
  throw operandTypeError(position, operand, "string", "array", "set", "object");
}

function matchText(term: RegoValue, position: number): string {
  const text = isArray(term) ? term[0] : term;
  if (typeof text === "string") return text;
  throw new BuiltinError(`operand ${position}: element must be string or non-empty array`);
}

// A bare IPv4 address stands for its classful network, as in Go, but keeps its host bits when printed.
function mergeable(element: RegoValue): IpNetwork {
  if (typeof element !== "string") throw new BuiltinError("element must be string");
  const address = parseIpAddress(element);
  if (address === undefined) return parseCidr(element);
  if (!isIpv4Address(address)) throw new BuiltinError("invalid ipv6 address: needs prefix length");
  const firstByte = Number((address >> 24n) & 0xffn);
  const prefixLength = firstByte < 0x80 ? 8 : firstByte < 0xc0 ? 16 : 24;
  return { address, prefixLength, maskBits: 32 };
}

interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
  /** The network, as long as the range has not been united with another one. */
  readonly whole?: IpNetwork;
}

function merge(networks: readonly IpNetwork[]): readonly IpNetwork[] {
  const ranges = networks
    .map((net): AddressRange => {
      const { address: first } = network(net.address, net.prefixLength, net.maskBits);
      return { first, last: lastAddress(net), whole: net };
    })
    .toSorted((a, b) => compare(a.last, b.last) || compare(a.first, b.first));
  const united: AddressRange[] = [];
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const below = ranges.at(-1);
    if (below !== undefined && precedingAddress(range.first) <= below.last) {
      ranges.pop();
      ranges.push({
        first: below.first < range.first ? below.first : range.first,
        last: range.last,
      });
    } else {
      united.push(range);
    }
  }
  return united.flatMap(({ first, last, whole }) => whole ?? networksOf(first, last));
}

function precedingAddress(address: bigint): bigint {
  const lowest = isIpv4Address(address) ? 0xffffn << 32n : 0n;
  return address === lowest ? address : address - 1n;
}

function networksOf(first: bigint, last: bigint): readonly IpNetwork[] {
  const maskBits = isIpv4Address(first) && isIpv4Address(last) ? 32 : 128;
  const found: IpNetwork[] = [];
  for (let address = first; address <= last;) {
    let hostBits = 0;
    while (
      hostBits < maskBits &&
      (address >> BigInt(hostBits)) % 2n === 0n &&
      address + (2n << BigInt(hostBits)) - 1n <= last
    ) {
      hostBits++;
    }
    found.push(network(address, maskBits - hostBits, maskBits));
    address += 1n << BigInt(hostBits);
  }
  return found;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
