import { Buffer } from "node:buffer";
import { fc } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { bigFloat, floatNumber } from "../../src/builtins/big-float.ts";
import {
  bytesFromBase64,
  bytesFromBase64Url,
  textFromBytes,
} from "../../src/builtins/byte-text.ts";
import { builtins } from "../../src/builtins/index.ts";
import { formatIpAddress, parseIpAddress } from "../../src/builtins/ip-address.ts";
import { toJsonValue } from "../../src/builtins/json-text.ts";
import { parseNumberText } from "../../src/builtins/number-text.ts";
import { percentDecode, percentEncode } from "../../src/builtins/percent-encoding.ts";
import { exactInteger, numberText } from "../../src/builtins/rego-number.ts";
import { runeCount, unitIndex } from "../../src/builtins/runes.ts";
import { dateOfDays, daysOfDate } from "../../src/builtins/time/civil-date.ts";
import { equalValues, type RegoValue } from "../../src/rego/value.ts";
import { regoValue } from "../rego/rego-values.ts";

const text = fc.string({ unit: "binary" }).filter((value) => value.isWellFormed());
const call = (name: string, ...args: readonly RegoValue[]): RegoValue => builtins[name]!(...args)!;

describe("what is written reads back", () => {
  test("as JSON", () => {
    fc.assert(
      fc.property(regoValue, (value) => {
        const read = call("json.unmarshal", call("json.marshal", value));
        expect(equalValues(read, toJsonValue(value))).toBe(true);
      }),
    );
  });

  test("as YAML, with integers beyond 64 bits as floats", () => {
    fc.assert(
      fc.property(regoValue, (value) => {
        fc.pre(!/[\u007f-\u009f\ufffe\uffff]|\d{19}/u.test(call("json.marshal", value) as string));
        const read = call("yaml.unmarshal", call("yaml.marshal", value));
        expect(equalValues(read, toJsonValue(value))).toBe(true);
      }),
    );
  });

  test("as base64, base64url, hexadecimal and in queries", () => {
    fc.assert(
      fc.property(text, (value) => {
        for (const encoding of ["base64", "base64url", "hex", "urlquery"]) {
          expect(call(`${encoding}.decode`, call(`${encoding}.encode`, value))).toBe(value);
        }
        const unpadded = call("base64url.encode_no_pad", value) as string;
        expect(textFromBytes(bytesFromBase64Url(unpadded))).toBe(value);
      }),
    );
  });

  test("in each part of a URL", () => {
    fc.assert(
      fc.property(text, (value) => {
        for (const part of ["path", "userinfo", "query", "fragment"] as const) {
          expect(percentDecode(percentEncode(value, part), part)).toBe(value);
        }
      }),
    );
  });

  test("as an address", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const parsed = parseIpAddress(address)!;
        expect(parseIpAddress(formatIpAddress(parsed))).toBe(parsed);
      }),
    );
  });

  test("as a number, whatever its size", () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt());
    fc.assert(
      fc.property(number, (value) => {
        fc.pre(typeof value === "bigint" || value === 0 || Math.abs(value) > 1e-300);
        expect(equalValues(parseNumberText(numberText(value)), value)).toBe(true);
      }),
    );
  });

  test("as a binary fraction of 64 bits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e15, max: 1e15 }), (value) => {
        fc.pre(value === 0 || Math.abs(value) > 1e-100);
        expect(equalValues(floatNumber(bigFloat(value)), value)).toBe(true);
      }),
    );
  });

  test("as a time in every layout that loses nothing", () => {
    const nanoseconds = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const layout = fc.constantFrom(
      "RFC3339Nano",
      "2006-002 15:04:05.000000000 -070000",
      "Monday, _2 January 2006 03:04:05PM.999999999 Z07:00:00",
      "06__2 2006 3pm 4 5,000000000",
    );
    fc.assert(
      fc.property(nanoseconds, layout, (time, name) => {
        const written = call("time.format", [time, "UTC", name]);
        expect(equalValues(call("time.parse_ns", name, written), time)).toBe(true);
      }),
    );
  });
});

describe("days and code points", () => {
  test("days and dates are each other's inverse, and agree with the runtime", () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000_000, max: 5_000_000 }), (days) => {
        const date = dateOfDays(days);
        const known = new Date(days * 86_400_000);
        expect(daysOfDate(date)).toBe(days);
        expect(date).toEqual({
          year: known.getUTCFullYear(),
          month: known.getUTCMonth() + 1,
          day: known.getUTCDate(),
        });
      }),
    );
  });

  test("code points are counted and found as an iterator passes them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(12), (value, rune) => {
        const runes = Array.from(value);
        expect(runeCount(value)).toBe(runes.length);
        expect(unitIndex(value, rune)).toBe(runes.slice(0, rune).join("").length);
      }),
    );
  });

  test("bytes that are no UTF-8 are refused, not replaced", () => {
    expect(() => textFromBytes(Buffer.from([0x61, 0xff]))).toThrow("utf-8");
    expect(textFromBytes(Buffer.from("\ufeffa"))).toBe("\ufeffa");
    expect(bytesFromBase64("w6\r\nk=").toString()).toBe("é");
  });

  test("an integer is what the number's text says", () => {
    expect(exactInteger(2 ** 64)).toBe(18446744073709552000n);
    expect(exactInteger(1.5)).toBeUndefined();
    expect(exactInteger(-0)).toBe(0n);
  });
});

test("an edit that is undone leaves the document as it was", () => {
  const key = fc.constantFrom("a", "b", "0", "1");
  const document = fc.dictionary(key, fc.array(fc.integer(), { maxLength: 3 }), { maxKeys: 4 });
  fc.assert(
    fc.property(document, key, fc.integer(), (data, name, added) => {
      const value = call("json.unmarshal", JSON.stringify(data));
      fc.pre(!Object.hasOwn(data, name));
      const patch = [
        { op: "add", path: `/${name}`, value: added },
        { op: "test", path: `/${name}`, value: added },
        { op: "copy", from: `/${name}`, path: "/copy" },
        { op: "move", from: "/copy", path: "/moved" },
        { op: "remove", path: "/moved" },
        { op: "remove", path: `/${name}` },
      ];
      const operations = call("json.unmarshal", JSON.stringify(patch));
      expect(equalValues(call("json.patch", value, operations), value)).toBe(true);
    }),
  );
});
