import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { BundleReading, BundleSource } from "../../src/bundle-source.ts";
import { isBundleSource } from "../../src/bundle-source.ts";
import { bundleSourceCases } from "../../src/conformance.ts";
import type { BundleSourceHarness } from "../../src/conformance.ts";
import { describeSuite } from "./broken-implementations.ts";

/** What is there, and whom a reading waits for. */
interface Place {
  bytes: Uint8Array | undefined;
  blocked: Promise<void> | undefined;
}

const secret = "proof-of-the-test";

/** Reads from memory, and keeps every rule. */
function memorySource(place: Place): BundleSource {
  return {
    name: "the shelf of the test",
    read: async (signal, maxBytes) => {
      const aborted = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      if (!signal.aborted) await Promise.race([place.blocked, aborted]);
      if (signal.aborted) return { kind: "unavailable", reason: "given up" };
      const { bytes } = place;
      if (bytes === undefined) return { kind: "unavailable", reason: "it is empty" };
      if (bytes.length > maxBytes) return { kind: "unavailable", reason: "it is too large" };
      return { kind: "read", bytes: Uint8Array.from(bytes) };
    },
  };
}

type Read = (...asked: Parameters<BundleSource["read"]>) => Promise<BundleReading>;
type Change = (read: Read, place: Place) => Partial<BundleSource>;

function harnessOf(change: Change = () => ({})): BundleSourceHarness {
  const place: Place = { bytes: undefined, blocked: undefined };
  const source = memorySource(place);
  return {
    open: async () => ({
      ...source,
      ...change(async (...asked) => await source.read(...asked), place),
    }),
    put: async (bytes) => {
      place.bytes = bytes;
    },
    remove: async () => {
      place.bytes = undefined;
    },
    block: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      place.blocked = promise;
      return async () => {
        place.blocked = undefined;
        resolve();
      };
    },
    secret,
  };
}

/** Changes what is answered. */
function answers(change: (reading: BundleReading, count: number) => BundleReading) {
  return () => {
    let count = 0;
    return harnessOf((read) => ({
      read: async (...asked) => change(await read(...asked), ++count),
    }));
  };
}

describeSuite(bundleSourceCases, harnessOf, [
  {
    fault: "has a name of two lines",
    rule: "the port allows",
    harness: () => harnessOf(() => ({ name: "the shelf\nof the test" })),
  },
  {
    fault: "wants to be read all the time",
    rule: "the port allows",
    harness: () => harnessOf(() => ({ pollMs: 0 })),
  },
  {
    fault: "takes the bytes for text",
    rule: "every byte",
    harness: answers((reading) =>
      reading.kind === "read" && reading.bytes.length === 70_000
        ? { ...reading, bytes: Buffer.from(Buffer.from(reading.bytes).toString()) }
        : reading,
    ),
  },
  {
    fault: "keeps small bundles that it has read",
    rule: "put there later",
    harness: () => {
      const kept = new Map<number, BundleReading>();
      return harnessOf((read) => ({
        read: async (...asked) => {
          const reading = await read(...asked);
          if (reading.kind !== "read") return reading;
          const { length } = reading.bytes;
          if (length > 100) return reading;
          kept.set(length, kept.get(length) ?? reading);
          return kept.get(length) ?? reading;
        },
      }));
    },
  },
  {
    fault: "keeps the last bytes when there are none",
    rule: "nothing to read",
    harness: () => {
      let last: BundleReading | undefined;
      return harnessOf((read, place) => ({
        read: async (...asked) => {
          const reading = await read(...asked);
          if (reading.kind === "read") last = reading;
          return place.bytes === undefined ? (last ?? reading) : reading;
        },
      }));
    },
  },
  {
    fault: "gives its reason in two lines",
    rule: "nothing to read",
    harness: answers((reading) =>
      reading.kind === "unavailable" && reading.reason === "it is empty"
        ? { ...reading, reason: "it is empty\nsince this morning" }
        : reading,
    ),
  },
  {
    fault: "counts its failures",
    rule: "same for the same fault",
    harness: answers((reading, count) =>
      reading.kind === "unavailable" ? { ...reading, reason: `failure ${count}` } : reading,
    ),
  },
  {
    fault: "does not look at the bound",
    rule: "larger than asked for",
    harness: () => harnessOf((read) => ({ read: async (signal) => await read(signal, 1_000_000) })),
  },
  {
    fault: "takes the bound for the first size that is too large",
    rule: "larger than asked for",
    harness: () =>
      harnessOf((read) => ({ read: async (signal, most) => await read(signal, most - 1) })),
  },
  {
    fault: "reads in two parts, and never mind what is put there in between",
    rule: "one whole version",
    harness: () =>
      harnessOf((read, place) => ({
        read: async (...asked) => {
          const first = await read(...asked);
          const { bytes } = place;
          for (let count = 0; count < 10 && place.bytes === bytes; count++) await sleep(1);
          const second = await read(...asked);
          if (first.kind !== "read" || second.kind !== "read") return second;
          const half = Math.floor(first.bytes.length / 2);
          const parts = [first.bytes.slice(0, half), second.bytes.slice(half)];
          return { kind: "read", bytes: Buffer.concat(parts) };
        },
      })),
  },
  {
    fault: "waits, whoever has given up",
    rule: "stops waiting",
    harness: () =>
      harnessOf((read) => ({
        read: async (_, maxBytes) => await read(new AbortController().signal, maxBytes),
      })),
  },
  {
    fault: "shows its proof in a reason",
    rule: "neither its name",
    harness: answers((reading) =>
      reading.kind === "unavailable" ? { ...reading, reason: `refused: ${secret}` } : reading,
    ),
  },
]);

test.for([
  undefined,
  null,
  "https://bundles.example/policies.tar.gz",
  { name: "no way to read" },
  { name: "", read: () => undefined },
  { name: "x".repeat(201), read: () => undefined },
  { name: "times", read: () => undefined, deadlineMs: 300_001 },
  { name: "times", read: () => undefined, pollMs: 1.5 },
  { name: "times", read: () => undefined, pollMs: "1000" },
])("what is no source is not taken for one (%#)", (value) => {
  expect(isBundleSource(value)).toBe(false);
});

test("an instance of a class is a source", () => {
  class Shelf implements BundleSource {
    readonly name = "the shelf";
    async read(): Promise<BundleReading> {
      return { kind: "unavailable", reason: this.name };
    }
  }
  expect(isBundleSource(new Shelf())).toBe(true);
});
