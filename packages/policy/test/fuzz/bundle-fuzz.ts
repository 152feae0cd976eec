import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { decodeBundle } from "../../src/bundle/bundle.ts";
import { contents, pack, packEntries, revision, whole } from "../bundle/packed-bundle.ts";

type Mutation = (bytes: Uint8Array) => Uint8Array;

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 0, max: 7 })).map(([at, bit]) => flip(at, bit)),
  place.map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
  fc.tuple(place, fc.uint8Array({ maxLength: 16 })).map(([at, added]) => insert(at, added)),
  fc.tuple(place, place).map(([from, to]): Mutation => (bytes) => {
    const [start, end] = [from, to].map((at) => Math.floor(at * bytes.length)) as [number, number];
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  }),
);

function flip(at: number, bit: number): Mutation {
  return (bytes) => {
    const copy = Uint8Array.from(bytes);
    const index = Math.floor(at * copy.length);
    copy[index] = (copy[index] ?? 0) ^ (1 << bit);
    return copy;
  };
}

function insert(at: number, added: Uint8Array): Mutation {
  return (bytes) => {
    const index = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, index), added, bytes.subarray(index)]);
  };
}

const entry = fc.tuple(
  fc.record(
    {
      name: fc.oneof(
        fc.string(),
        fc.constantFrom(".manifest", "data.json", "policy.wasm", "../a.rego", "a.rego"),
      ),
      type: fc.constantFrom(
        "file",
        "link",
        "symlink",
        "directory",
        "fifo",
        "pax-header",
        "gnu-long-name",
      ),
      linkname: fc.string(),
      pax: fc.dictionary(fc.constantFrom("path", "size", "linkpath", "__proto__"), fc.string()),
    },
    { requiredKeys: ["name"] },
  ),
  fc.oneof(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...Object.values(contents))),
);

/**
 * Whatever bytes come, they are read as the bundle that their revision names or refused with codes;
 * nothing rejects. Mutations of a good bundle go in as they are, and inside of the compression.
 */
export async function fuzzBundles(numRuns: number): Promise<void> {
  const good = await pack(whole());
  const tar = gunzipSync(good);
  const bytes = fc.oneof(
    mutation.map((mutate) => mutate(good)),
    fc.array(mutation, { minLength: 1, maxLength: 3 }).map((mutations) =>
      gzipSync(
        mutations.reduce<Uint8Array>((changed, mutate) => mutate(changed), tar),
        { level: 1 },
      ),
    ),
    fc.uint8Array(),
    fc.uint8Array().map((content) => gzipSync(content)),
  );
  await fc.assert(fc.asyncProperty(bytes, checkReading), { numRuns });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
      // What modern-tar does not write is no bundle either.
      const packed = await packEntries(entries as never).catch(() => new Uint8Array());
      await checkReading(packed);
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  );
}

async function checkReading(bytes: Uint8Array): Promise<void> {
  const reading = await decodeBundle(bytes);
  if (reading.kind === "refused") {
    assert(reading.problems.length > 0);
    for (const { code } of reading.problems) assert.match(code, /^bundle_[a-z_]+$/u);
  } else {
    assert.equal(reading.bundle.revision, revision(Object.fromEntries(reading.bundle.files)));
  }
}
