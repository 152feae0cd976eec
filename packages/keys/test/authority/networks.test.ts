import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { includes, isNetwork, meetNetworks, networkCovers } from "../../src/authority/networks.ts";

/** What a network means, bit by bit: `4` or `6`, then its bits up to the prefix. */
interface Bits {
  readonly text: string;
  readonly bits: string;
}

function ipv4(address: number, prefix: number): Bits {
  const bits = address.toString(2).padStart(32, "0").slice(0, prefix);
  const bytes = bits.padEnd(32, "0").match(/.{8}/gu)!;
  return {
    text: `${bytes.map((byte) => Number.parseInt(byte, 2)).join(".")}/${prefix}`,
    bits: `4${bits}`,
  };
}

function ipv6(address: bigint, prefix: number): Bits {
  const bits = address.toString(2).padStart(128, "0").slice(0, prefix);
  const groups = bits.padEnd(128, "0").match(/.{16}/gu)!;
  return {
    text: `${groups.map((group) => Number.parseInt(group, 2).toString(16)).join(":")}/${prefix}`,
    bits: `6${bits}`,
  };
}

// Few different bits at the top, so that networks meet often.
const top = fc.constantFrom(0, 0x0a000000, 0x0a010000, 0x0a010203, 0x80000000, 0xffffffff);
const top6 = fc.constantFrom(0n, 1n, 0x2001_0db8n << 96n, (0x2001_0db8_0001n << 80n) + 1n);
const anyNetwork = fc.oneof(
  fc.tuple(top, fc.integer({ min: 0, max: 32 })).map(([address, prefix]) => ipv4(address, prefix)),
  fc
    .tuple(top6, fc.integer({ min: 0, max: 128 }))
    .map(([address, prefix]) => ipv6(address, prefix)),
);
const anyAddress = fc.oneof(
  fc.oneof(top, fc.nat(0xffffffff)).map((address) => ipv4(address, 32)),
  fc
    .oneof(top6, fc.bigInt({ min: 1n << 60n, max: (1n << 128n) - 1n }))
    .map((address) => ipv6(address, 128)),
);

function addressOf({ text }: Bits): string {
  return text.slice(0, text.indexOf("/"));
}

describe("a network", () => {
  it.each([
    "10.0.0.0/8",
    "0.0.0.0/0",
    "192.0.2.1",
    "192.0.2.1/32",
    "::/0",
    "::1",
    "2001:db8::/32",
    "2001:DB8::/32",
    "fe80::/10",
    "::ffff:192.0.2.0/120",
    "::ffff:0:0/96",
    "1:2:3:4:5:6:7:8/128",
    "64:ff9b::192.0.2.33",
  ])("is %s", (text) => {
    expect(isNetwork(text)).toBe(true);
  });

  it.each([
    "",
    "/",
    "/8",
    "*",
    "all",
    "10.0.0.1/8",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0.0/8.0",
    "10.0.0.0/ 8",
    "10.0.0.0/8/8",
    "10.0.0.0/",
    "10.0.0.0/٨",
    "10.0.0.0/255.0.0.0",
    "10.0.0/8",
    "10/8",
    "010.0.0.0/8",
    "0x0a.0.0.0/8",
    "256.0.0.0/8",
    " 10.0.0.0/8",
    "10.0.0.0/8\n",
    "2001:db8::1/32",
    "::/129",
    "::ffff:0:0/95",
    "::ffff:10.0.0.1/104",
    "fe80::1%eth0",
    "fe80::%1/64",
    "[::1]",
    "1::2::3",
    "::12345",
    "example.com",
  ])("is not %j", (text) => {
    expect(isNetwork(text)).toBe(false);
    expect(includes([text], "10.0.0.1")).toBe(false);
    expect(networkCovers(text, "10.0.0.1") || networkCovers("0.0.0.0/0", text)).toBe(false);
    expect(meetNetworks([text], ["0.0.0.0/0", "::/0"])).toEqual([]);
  });

  test.prop([anyNetwork])("is what its bits say, with and without the short form", ({ text }) => {
    expect(isNetwork(text)).toBe(true);
    expect(networkCovers(text, text)).toBe(true);
    expect(meetNetworks([text], [text]).map((one) => networkCovers(one, text))).toEqual([true]);
  });
});

describe("an address in networks", () => {
  it("is in no network of an empty list", () => {
    expect(includes([], "10.0.0.1")).toBe(false);
  });

  it.each([
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.2", false],
    ["0.0.0.0/0", "255.255.255.255", true],
    ["2001:db8::/33", "2001:db8:7fff::", true],
    ["2001:db8::/33", "2001:db8:8000::", false],
    ["2001:0DB8:0:0::/64", "2001:db8::1", true],
    // IPv4 in IPv6 sockets is IPv4, on either side.
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["10.0.0.0/8", "::FFFF:0a01:0203", true],
    ["10.0.0.0/8", "0:0:0:0:0:ffff:10.1.2.3", true],
    ["::ffff:10.0.0.0/104", "10.1.2.3", true],
    ["::ffff:10.0.0.0/104", "::ffff:10.1.2.3", true],
    ["::ffff:0:0/96", "192.0.2.1", true],
    ["::ffff:0:0/96", "::1", false],
    // And nothing else is: neither does IPv6 as a whole include it.
    ["::/0", "10.1.2.3", false],
    ["::/0", "::ffff:10.1.2.3", false],
    ["0.0.0.0/0", "::1", false],
    ["10.0.0.0/8", "::10.1.2.3", false],
    ["10.0.0.0/8", "64:ff9b::10.1.2.3", false],
  ])("%s includes %s: %s", (network, address, expected) => {
    expect(includes([network], address)).toBe(expected);
  });

  it.each([
    "",
    "unknown",
    "10.0.0.1/32",
    "10.0.0.0/8",
    "10.0.0",
    "010.0.0.1",
    " 10.0.0.1",
    "10.0.0.1:80",
    "fe80::1%eth0",
    "::ffff:10.0.0.1%1",
    "[::1]",
    "1".repeat(1_000_000),
  ])("is not %.20j", (address) => {
    const all = ["0.0.0.0/0", "::/0"];
    const inAll = address.endsWith("/32")
      ? includes(["10.0.0.2"], address)
      : includes(all, address);
    expect(inAll).toBe(false);
  });

  it("is nothing that is no text", () => {
    for (const value of [undefined, null, 1, {}, ["10.0.0.1"]]) {
      expect(includes(["0.0.0.0/0"], value as string)).toBe(false);
      expect(isNetwork(value as string)).toBe(false);
    }
  });

  test.prop([fc.array(anyNetwork, { maxLength: 5 }), anyAddress])(
    "is in one of the networks exactly when it begins with the bits of one",
    (networks, address) => {
      const expected = networks.some(({ bits }) => address.bits.startsWith(bits));
      const texts = networks.map(({ text }) => text);
      expect(includes(texts, addressOf(address))).toBe(expected);
    },
  );
});

describe("networks and networks", () => {
  test.prop([anyNetwork, anyNetwork])(
    "one covers another when its bits begin it",
    (wide, narrow) => {
      expect(networkCovers(wide.text, narrow.text)).toBe(narrow.bits.startsWith(wide.bits));
    },
  );

  it("meet in the narrower ones, once each, none inside another, in their short form", () => {
    expect(meetNetworks(["10.0.0.0/8", "2001:db8::/32"], ["10.1.0.0/16", "10.1.2.0/24"])).toEqual([
      "10.1.0.0/16",
    ]);
    expect(meetNetworks(["10.1.0.0/16"], ["::ffff:10.1.0.0/112"])).toEqual(["10.1.0.0/16"]);
    expect(meetNetworks(["2001:db8:0:0:0:0:0:0/32"], ["::/0"])).toEqual(["2001:db8::/32"]);
    expect(meetNetworks(["10.0.0.1"], ["10.0.0.0/8"])).toEqual(["10.0.0.1"]);
    expect(meetNetworks(["10.0.0.0/8"], ["11.0.0.0/8", "::/0"])).toEqual([]);
    expect(meetNetworks([], ["0.0.0.0/0"])).toEqual([]);
    expect(meetNetworks(["0.0.0.0/0"], [])).toEqual([]);
  });

  const list = fc.array(anyNetwork, { maxLength: 6 });

  test.prop([list, list, anyAddress])("meet in exactly the addresses of both", (a, b, address) => {
    const [ours, theirs] = [a.map(({ text }) => text), b.map(({ text }) => text)];
    const common = meetNetworks(ours, theirs);
    const host = addressOf(address);
    expect(includes(common, host)).toBe(includes(ours, host) && includes(theirs, host));
    // Also at the networks themselves, where random addresses seldom fall.
    for (const { text } of [...a, ...b]) {
      const first = text.slice(0, text.indexOf("/"));
      expect(includes(common, first)).toBe(includes(ours, first) && includes(theirs, first));
    }
  });

  test.prop([list, list])("meet in networks that do not overlap, whichever comes first", (a, b) => {
    const [ours, theirs] = [a.map(({ text }) => text), b.map(({ text }) => text)];
    const common = meetNetworks(ours, theirs);
    expect(meetNetworks(theirs, ours).toSorted()).toEqual(common.toSorted());
    for (const [index, one] of common.entries()) {
      expect(common.findIndex((other) => networkCovers(other, one))).toBe(index);
    }
  });
});
