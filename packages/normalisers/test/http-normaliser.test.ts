import { fc, test } from "@fast-check/vitest";
import type { JsonObject } from "@scopeward/core";
import type { Normalised } from "@scopeward/sdk";
import { normaliserCases } from "@scopeward/sdk/conformance";
import { describe, expect, it } from "vitest";
import { httpNormaliser } from "../src/index.ts";

const normaliser = httpNormaliser();

function read(args: JsonObject, type = "host"): Normalised {
  return normaliser.normalise(args, { tool: "fetch", type });
}

function idOf(args: JsonObject, type?: string): string | undefined {
  const answer = read(args, type);
  return answer.kind === "resource" ? answer.id : undefined;
}

function factsOf(args: JsonObject): JsonObject | undefined {
  const answer = read(args);
  return answer.kind === "resource" ? answer.facts : undefined;
}

/** One part of an IPv4 address, as it may be written. */
function part(value: number, base: "decimal" | "octal" | "hex"): string {
  if (base === "decimal") return String(value);
  return base === "octal" ? `0${value.toString(8)}` : `0x${value.toString(16)}`;
}

describe("as a normaliser", () => {
  const target = { tool: "fetch", type: "host" };
  it.each(normaliserCases)("$name", async ({ run }) => {
    const harness = {
      open: async () => httpNormaliser(),
      known: [
        { args: { url: "https://Example.com/a?b#c", method: "post" }, target, id: "example.com" },
        { args: { url: "http://127.1:8080/" }, target, id: "127.0.0.1:8080" },
      ],
      unknown: [
        { args: { url: "ftp://example.com/payroll" }, target },
        { args: { url: "https://ada:secret-of-ada@example.com/" }, target },
        { args: { url: "https://example.com/", method: "PROPFIND-ALL" }, target },
      ],
    };
    await expect(run(harness)).resolves.toBeUndefined();
  });
});

describe("the id", () => {
  const url = "HTTPS://Example.COM:8443/a/./b/../c%7e%c3%bc?x=1#y";
  it.each<[string, string | undefined]>([
    ["host", "example.com:8443"],
    ["site", "example.com:8443"],
    ["url", "https://example.com:8443/a/c~%C3%BC"],
  ])("for a resource of the type %s", (type, id) => {
    expect(idOf({ url }, type)).toBe(id);
  });
});

describe("the facts", () => {
  it("are what goes where", () => {
    expect(factsOf({ url: "https://Example.com/a/../b?c", method: "post" })).toEqual({
      method: "POST",
      scheme: "https",
      host: "example.com",
      port: 443,
      path: "/b",
      query: true,
    });
    expect(factsOf({ url: "http://[::1]:99" })).toEqual({
      method: "GET",
      scheme: "http",
      host: "[::1]",
      port: 99,
      path: "/",
      query: false,
      ip: "loopback",
    });
  });

  it.each<[string, string | undefined]>([
    ["example.com", undefined],
    ["localhost", "loopback"],
    ["LOCALHOST.", "loopback"],
    ["app.localhost", "loopback"],
    ["127.9.9.9", "loopback"],
    ["0.0.0.0", "loopback"],
    ["0", "loopback"],
    ["[::]", "loopback"],
    ["[::1]", "loopback"],
    ["[::ffff:127.0.0.1]", "loopback"],
    ["169.254.169.254", "link_local"],
    ["0xa9fea9fe", "link_local"],
    ["[fe80::1]", "link_local"],
    ["[::ffff:a9fe:a9fe]", "link_local"],
    ["10.0.0.1", "private"],
    ["172.31.0.1", "private"],
    ["192.168.0.1", "private"],
    ["100.64.0.1", "private"],
    ["198.18.0.1", "private"],
    ["224.0.0.1", "private"],
    ["255.255.255.255", "private"],
    ["[fd00::1]", "private"],
    ["[fec0::1]", "private"],
    ["[ff02::1]", "private"],
    ["[::7f00:1]", "private"],
    ["[64:ff9b::7f00:1]", "private"],
    ["[2002:7f00:1::]", "private"],
    ["[2001:0:7f00:1::]", "private"],
    ["[2001:db8::1]", "private"],
    ["8.8.8.8", "public"],
    ["172.32.0.1", "public"],
    ["[2606:4700::1111]", "public"],
  ])("say of the address %s where it lies", (host, ip) => {
    expect(factsOf({ url: `http://${host}/` })?.["ip"]).toBe(ip);
  });

  it.each(["get", "Head", "OPTIONS", "post", "put", "patch", "delete"])(
    "have the method %s in capitals",
    (method) => {
      expect(factsOf({ url: "http://a/", method })?.["method"]).toBe(method.toUpperCase());
    },
  );
});

describe("a call is underived", () => {
  it.each<[string, JsonObject]>([
    ["nothing", {}],
    ["a list", { url: ["http://a/"] }],
    ["no method of HTTP", { url: "http://a/", method: "GE T" }],
    ["a method that opens a tunnel", { url: "http://a/", method: "CONNECT" }],
    ["a method that is null", { url: "http://a/", method: null }],
    ["a method that is empty", { url: "http://a/", method: "" }],
    ["a method that becomes one in capitals", { url: "http://a/", method: "po\u017Ft" }],
  ])("with %s", (_, args) => {
    expect(read(args).kind).toBe("underived");
  });

  it.each([
    "",
    "/path",
    "//host/path",
    "http:",
    "http://",
    "http:/host/",
    "http:host",
    "http:///host/",
    "file:///etc/passwd",
    "data:text/plain,a",
    "ftp://host/",
    "javascript:alert(1)",
    "http://user@host/",
    "http://user:secret@host/",
    "http://@host/",
    "http://host\\@other/",
    "http:\\\\host\\",
    "http://host/a\\b",
    " http://host/",
    "http://host/ ",
    "http://host/\n",
    "ht\ttp://host/",
    "http://ho\nst/",
    "http://ho\0st/",
    "http://host/\u200B",
    "http://host/\u202E",
    "http://host/\uD800",
    "http://ho%00st/",
    "http://ho%2fst/",
    "http://a..b/",
    "http://host../",
    "http://./",
    "http://a,b/",
    "http://host:99999/",
    "http://host:x/",
    "http://1.2.3.256/",
    "http://1.2.3.4.5/",
    "http://[::1/",
    "http://[fe80::1%25eth0]/",
    "http://host/a//b",
    "http://host//",
    "http://host/%2e%2e/a",
    "http://host/.%2E/a",
    "http://host/a%2fb",
    "http://host/a%5Cb",
    "http://host/a%00",
    "http://host/a%0d%0a",
    "http://host/a%1f",
    "http://host/a%7f",
    "http://host/%252e",
    "http://host/%25",
    "http://host/%",
    "http://host/%zz",
    "http://host/%c0%ae",
    "http://host/%ff",
    `http://host/${"x".repeat(9_000)}`,
  ])("with %j", (url) => {
    expect(read({ url }).kind).toBe("underived");
  });
});

describe("the spellings of one host", () => {
  const octet = fc.integer({ min: 0, max: 255 });

  const base = fc.constantFrom("decimal", "octal", "hex");

  test.prop([
    fc.tuple(octet, octet, octet, octet),
    fc.tuple(base, base, base, base),
    fc.constantFrom(1, 2, 3, 4),
    fc.constantFrom("", "."),
    fc.boolean(),
  ])("are one id for an IPv4 address", (octets, bases, count, dot, isMapped) => {
    const whole = octets.reduce((sum, each) => sum * 256 + each, 0);
    const parts: number[] = octets.slice(0, count - 1);
    parts.push(whole % 256 ** (5 - count));
    const spelt = parts.map((value, index) => part(value, bases[index] ?? "decimal")).join(".");
    const host = isMapped ? `[::FFFF:${octets.join(".")}]` : `${spelt}${dot}`;
    expect(idOf({ url: `http://${host}/` })).toBe(octets.join("."));
  });

  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,9}$/u);
  const scheme = fc.constantFrom("http", "HTTP", "https", "hTTps");

  test.prop([
    fc.array(label, { minLength: 2, maxLength: 4 }),
    fc.infiniteStream(fc.boolean()),
    scheme,
    fc.constantFrom("", "."),
    fc.boolean(),
    fc.constantFrom(".", "\u3002", "\uFF0E", "\uFF61"),
    fc.constantFrom("", "/", "/a", "?a", "#a", "/a?b#c"),
  ])("are one id for a name", (labels, capitals, spelling, dot, hasPort, separator, rest) => {
    const written = Array.from(labels.join(separator), (letter) =>
      capitals.next().value === true ? letter.toUpperCase() : letter,
    ).join("");
    const port = spelling.toLowerCase() === "http" ? ":80" : ":443";
    const url = `${spelling}://${written}${dot}${hasPort ? port : ""}${rest}`;
    expect(idOf({ url })).toBe(labels.join("."));
  });

  it.each([
    ["http://b\u00FCcher.example/", "xn--bcher-kva.example"],
    ["http://BU\u0308CHER.example/", "xn--bcher-kva.example"],
    ["http://xn--bcher-kva.example./", "xn--bcher-kva.example"],
    ["http://\uFF45xample.com/", "example.com"],
    ["http://ex%61mple.com/", "example.com"],
    ["http://[0:0:0:0:0:0:0:1]/", "[::1]"],
    ["http://[FE80:0::1]:80/", "[fe80::1]"],
    ["https://host:80/", "host:80"],
  ])("are one id for %s", (url, id) => {
    expect(idOf({ url })).toBe(id);
  });

  it("do not make two hosts that look alike one", () => {
    expect(idOf({ url: "http://ex\u0430mple.com/" })).not.toBe("example.com");
  });
});

describe("the spellings of one path", () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9_~-]{1,8}$/u);

  test.prop([fc.array(segment, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat(3))])(
    "are one id",
    (segments, choices) => {
      const encoded = (letter: string): string => {
        const hex = `%${letter.codePointAt(0)!.toString(16)}`;
        return [letter, letter, hex, hex.toUpperCase()][choices.next().value ?? 0]!;
      };
      const written = segments.map((each) => {
        const spelt = Array.from(each, encoded).join("");
        return ["", "./", "x/../", "x/y/.././../"][choices.next().value ?? 0]! + spelt;
      });
      const url = `https://host/${written.join("/")}`;
      expect(idOf({ url }, "url")).toBe(`https://host/${segments.join("/")}`);
    },
  );

  test.prop([fc.webUrl({ withQueryParameters: true, withFragments: true })])(
    "are the same when they are read again",
    (url) => {
      const id = idOf({ url }, "url");
      fc.pre(id !== undefined);
      expect(idOf({ url: id }, "url")).toBe(id);
    },
  );
});
