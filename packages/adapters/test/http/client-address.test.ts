import { fc, test } from "@fast-check/vitest";
import { isIP } from "node:net";
import { describe, expect, it } from "vitest";
import { clientAddress } from "../../src/http/client-address.ts";
import type { TrustedProxies } from "../../src/http/client-address.ts";

const networks = ["10.0.0.0/8", "fd00::/8"];
const ofFor: TrustedProxies = { networks, header: "x-forwarded-for" };
const ofForwarded: TrustedProxies = { networks, header: "forwarded" };

function address(
  proxies: TrustedProxies | undefined,
  peer: string | undefined,
  ...values: readonly string[]
): string | undefined {
  // Whatever else is asked for is not there: only the configured header counts.
  return clientAddress(proxies)(peer, (name) => (name === proxies?.header ? values : ["6.6.6.6"]));
}

describe("without trusted proxies, or from somebody else", () => {
  it.each([
    [undefined, "203.0.113.9"],
    [ofFor, "203.0.113.9"],
    [ofForwarded, "203.0.113.9"],
  ])("the peer is the client, whatever the headers say", (proxies, peer) => {
    expect(address(proxies, peer, "1.1.1.1")).toBe(peer);
  });

  it("a peer that is none is nobody", () => {
    expect(address(ofFor, undefined, "1.1.1.1")).toBeUndefined();
    expect(address(ofFor, "unix:/run/socket", "1.1.1.1")).toBeUndefined();
  });
});

describe("behind a trusted proxy", () => {
  it.each<[string, TrustedProxies, readonly string[], string | undefined]>([
    ["the right-most untrusted address counts", ofFor, ["6.6.6.6, 198.51.100.7"], "198.51.100.7"],
    [
      "further trusted proxies are passed",
      ofFor,
      ["6.6.6.6, 198.51.100.7, 10.1.1.1"],
      "198.51.100.7",
    ],
    ["several lines are one list", ofFor, ["6.6.6.6", "198.51.100.7"], "198.51.100.7"],
    ["a port is left out", ofFor, ["198.51.100.7:4711"], "198.51.100.7"],
    ["IPv6 may have brackets", ofFor, ["[2001:db8::1]:443"], "2001:db8::1"],
    ["mapped IPv4 is IPv4", ofFor, ["::ffff:198.51.100.7"], "198.51.100.7"],
    ["where all are trusted, the first counts", ofFor, ["10.2.2.2, 10.1.1.1"], "10.2.2.2"],
    ["without the header it is the proxy itself", ofFor, [], "10.0.0.1"],
    ["a malformed entry is nobody", ofFor, ["198.51.100.7, what"], undefined],
    ["an empty entry is nobody", ofFor, ["198.51.100.7,"], undefined],
    ["a zone is nobody", ofFor, ["fe80::1%eth0"], undefined],
    ["what is left of the client does not matter", ofFor, ["what, 198.51.100.7"], "198.51.100.7"],
    [
      "`for` is found in any order and case",
      ofForwarded,
      ["proto=http;For=198.51.100.7;by=10.0.0.1"],
      "198.51.100.7",
    ],
    ["quoted IPv6", ofForwarded, ['for="[2001:db8::1]:4711"'], "2001:db8::1"],
    [
      "a comma in quotes does not part",
      ofForwarded,
      ['for=6.6.6.6;x="a, for=1.1.1.1", for=198.51.100.7'],
      "198.51.100.7",
    ],
    [
      "a backslash takes what comes after it",
      ofForwarded,
      [String.raw`for=198.51.100.7;x="\", for=1.1.1.1"`],
      "198.51.100.7",
    ],
    ["an obfuscated client is nobody", ofForwarded, ["for=_hidden"], undefined],
    ["an unknown client is nobody", ofForwarded, ["for=unknown"], undefined],
    ["two `for` are nobody", ofForwarded, ["for=198.51.100.7;for=1.1.1.1"], undefined],
    ["no `for` is nobody", ofForwarded, ["proto=https"], undefined],
    ["an unfinished quote is nobody", ofForwarded, ['for="198.51.100.7'], undefined],
  ])("%s", (_, proxies, values, expected) => {
    expect(address(proxies, "10.0.0.1", ...values)).toBe(expected);
    expect(address(proxies, "::ffff:10.0.0.1", ...values)).toBe(
      expected === "10.0.0.1" ? "10.0.0.1" : expected,
    );
  });

  test.prop([fc.array(fc.string({ unit: "binary" })), fc.constantFrom(ofFor, ofForwarded)])(
    "whatever it is told is an address or nobody",
    (values, proxies) => {
      const found = address(proxies, "10.0.0.1", ...values);
      if (found !== undefined) expect(isIP(found)).not.toBe(0);
    },
  );

  test.prop([fc.ipV4(), fc.array(fc.oneof(fc.ipV4(), fc.string()), { maxLength: 4 })])(
    "nothing that a client writes changes what the proxy adds",
    (client, claimed) => {
      fc.pre(!client.startsWith("10."));
      expect(address(ofFor, "10.0.0.1", ...claimed, client)).toBe(client);
      const elements = claimed.map((each) => `for=${each.replaceAll('"', "")}`);
      expect(address(ofForwarded, "10.0.0.1", ...elements, `for=${client}`)).toBe(client);
    },
  );
});

it.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/8/8", "fd00::/129", "proxy/8", "10.0.0.0/ 8", ""])(
  "`%s` is no network",
  (network) => {
    expect(() => clientAddress({ networks: [network], header: "forwarded" })).toThrow(TypeError);
  },
);
