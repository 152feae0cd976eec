import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { BundleReading, BundleSource } from "../bundle-source.ts";
import { isBundleSource } from "../bundle-source.ts";

/** What an implementation of BundleSource brings to one case: a place of its own that is empty at first. */
export interface BundleSourceHarness {
  /** Opens a source on the place. */
  readonly open: () => Promise<BundleSource>;
  /** Puts these bytes there, in place of what was there, as whoever releases a bundle does. */
  readonly put: (bytes: Uint8Array) => Promise<void>;
  /** Makes the place answer with nothing of use, until something is put there again. */
  readonly remove: () => Promise<void>;
  /**
   * Makes the place not answer at all. @returns a function that ends it. Absent where reading waits
   * for nobody.
   */
  readonly block?: () => Promise<() => Promise<void>>;
  /** What the source proves itself with; absent where it needs no proof. */
  readonly secret?: string;
}

/** One rule that every source of bundles keeps. */
export interface BundleSourceCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the source breaks the rule. Needs no test runner. */
  readonly run: (harness: BundleSourceHarness) => Promise<void>;
}

const generous = 1_000_000;
// Generous: it is about whether waiting ends, and not about how fast.
const patienceMs = 2_000;

async function read(source: BundleSource, maxBytes = generous): Promise<BundleReading> {
  return await source.read(new AbortController().signal, maxBytes);
}

// Every byte value, so that whoever takes the bytes for text is found out.
function bytesOf(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + seed) % 256);
}

function assertRead(reading: BundleReading, ...expected: readonly Uint8Array[]): void {
  assert(reading.kind === "read", "there is something to read");
  assert(reading.bytes instanceof Uint8Array);
  const { bytes } = reading;
  assert(
    expected.some((each) => Buffer.compare(each, bytes) === 0),
    "the bytes are those that were put there",
  );
}

function assertUnavailable(reading: BundleReading): string {
  assert(reading.kind === "unavailable", "there is nothing to read");
  assert.match(reading.reason, /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
  return reading.reason;
}

/** Every rule of the port {@link BundleSource}, for the author of an implementation. */
export const bundleSourceCases: readonly BundleSourceCase[] = [
  {
    name: "its name and its times are ones that the port allows",
    run: async ({ open }) => {
      assert(isBundleSource(await open()));
    },
  },
  {
    name: "every byte is read as it was put there",
    run: async ({ open, put }) => {
      const source = await open();
      await put(bytesOf(70_000, 1));
      assertRead(await read(source), bytesOf(70_000, 1));
    },
  },
  {
    name: "what is put there later is what is read next",
    run: async ({ open, put }) => {
      const source = await open();
      for (const seed of [1, 2, 1]) {
        await put(bytesOf(100, seed));
        assertRead(await read(source), bytesOf(100, seed));
      }
    },
  },
  {
    name: "a place with nothing to read is unavailable, with a reason in one line, until there is",
    run: async ({ open, put, remove }) => {
      const source = await open();
      assertUnavailable(await read(source));
      await put(bytesOf(100, 1));
      assertRead(await read(source), bytesOf(100, 1));
      await remove();
      assertUnavailable(await read(source));
      await put(bytesOf(100, 1));
      assertRead(await read(source), bytesOf(100, 1));
    },
  },
  {
    name: "a reason is the same for the same fault, or a fault that lasts would be news each time",
    run: async ({ open, remove }) => {
      const source = await open();
      await remove();
      const [first, second] = [await read(source), await read(source)];
      assert.deepEqual(first, second);
    },
  },
  {
    name: "what is larger than asked for is unavailable, and what is just as large is read",
    run: async ({ open, put }) => {
      const source = await open();
      await put(bytesOf(5_000, 1));
      assertUnavailable(await read(source, 4_999));
      assertRead(await read(source, 5_000), bytesOf(5_000, 1));
    },
  },
  {
    name: "readings at the same time get one whole version each, whatever is put there meanwhile",
    run: async ({ open, put }) => {
      const source = await open();
      // Of different sizes, so that a mixture is neither.
      const [small, large] = [bytesOf(40_000, 1), bytesOf(90_000, 2)];
      await put(small);
      for (let round = 0; round < 10; round++) {
        const readings = Promise.all([read(source), read(source), read(source)]);
        for (const bytes of [large, small]) {
          await put(bytes);
          await wait(1);
        }
        for (const reading of await readings) assertRead(reading, small, large);
      }
    },
  },
  {
    name: "it stops waiting when it is told to, and reads the next time",
    run: async ({ open, put, block }) => {
      if (block === undefined) return;
      const source = await open();
      await put(bytesOf(100, 1));
      const release = await block();
      try {
        const controller = new AbortController();
        const settled = source.read(controller.signal, generous).catch(() => undefined);
        controller.abort();
        const tooLate = wait(patienceMs, "too late", { ref: false });
        assert.notEqual(await Promise.race([settled, tooLate]), "too late");
      } finally {
        await release();
      }
      assertRead(await read(source), bytesOf(100, 1));
    },
  },
  {
    name: "neither its name nor a reason shows what it proves itself with",
    run: async ({ open, put, remove, secret }) => {
      if (secret === undefined) return;
      const source = await open();
      await put(bytesOf(100, 1));
      const tooLarge = await read(source, 10);
      await remove();
      const told = [source.name, tooLarge, await read(source)];
      assert(!JSON.stringify(told).includes(secret));
    },
  },
];
