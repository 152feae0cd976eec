import { fc, test } from "@fast-check/vitest";
import type { Problem } from "@scopeward/core";
import type { BundleReading, BundleSource } from "@scopeward/sdk";
import { expect, it } from "vitest";
import { readBundleSource } from "../../src/reload/bundle-reading.ts";
import type { Snapshot } from "../../src/reload/reload-source.ts";

const bound = 100;
const secret = "https://user:s3cret@bundles.example";

async function readOf(read: () => unknown, deadlineMs = 1_000): Promise<Snapshot<Uint8Array>> {
  const source = { name: "the shelf", deadlineMs, read } as unknown as BundleSource;
  return await readBundleSource(source, bound);
}

function problemOf(snapshot: Snapshot<Uint8Array>): Problem {
  if (snapshot.kind === "read") throw new Error("was read");
  expect(snapshot.problems).toHaveLength(1);
  return snapshot.problems[0]!;
}

function fail(): never {
  throw new Error(secret);
}

test.prop([fc.uint8Array({ maxLength: bound })])(
  "bytes within the bound are read, with a digest that is theirs alone",
  async (bytes) => {
    const snapshot = await readOf(() => Promise.resolve({ kind: "read", bytes, digest: "theirs" }));
    if (snapshot.kind !== "read") throw new Error("was not read");
    expect(snapshot.content).toEqual(Uint8Array.from(bytes));
    const again = await readOf(() => ({ kind: "read", bytes: Buffer.from(bytes) }));
    expect(again).toMatchObject({ digest: snapshot.digest });
    const other = await readOf(() => ({ kind: "read", bytes: bytes.map((byte) => byte ^ 1) }));
    if (bytes.length > 0) expect(other).not.toMatchObject({ digest: snapshot.digest });
  },
);

test.prop([fc.anything()])("any other answer is unreadable", async (answer) => {
  const problem = problemOf(await readOf(() => answer));
  expect(problem.code).toBe("bundle_unavailable");
});

const strange: readonly (readonly [string, () => unknown])[] = [
  ["throws", fail],
  ["rejects", async () => await Promise.reject(new Error(secret))],
  ["answers with getters that throw", () => Object.defineProperty({}, "kind", { get: fail })],
  ["answers with what throws at each touch", () => new Proxy({}, { get: fail })],
  ["gives text for bytes", () => ({ kind: "read", bytes: secret })],
  ["gives an array for bytes", () => ({ kind: "read", bytes: [1, 2, 3] })],
  ["gives something that looks like bytes", () => ({ kind: "read", bytes: { length: 3 } })],
  ["gives no reason", () => ({ kind: "unavailable" })],
  ["gives a reason that is no text", () => ({ kind: "unavailable", reason: new Error(secret) })],
];

it.for(strange)("a source that %s is unreadable, and nothing of it is shown", async ([, read]) => {
  const problem = problemOf(await readOf(read));
  expect(problem.code).toBe("bundle_unavailable");
  expect(JSON.stringify(problem)).not.toContain("s3cret");
});

it("bytes up to the bound are read, and one more is not", async () => {
  for (const [length, kind] of [
    [bound, "read"],
    [bound + 1, "unreadable"],
  ] as const) {
    const snapshot = await readOf(() => ({ kind: "read", bytes: new Uint8Array(length) }));
    expect(snapshot.kind).toBe(kind);
  }
});

it("bytes that say another length of themselves do not get past the bound", async () => {
  const bytes = Object.defineProperty(new Uint8Array(bound + 1), "length", { value: 1 });
  expect((await readOf(() => ({ kind: "read", bytes }))).kind).toBe("unreadable");
});

it("what the source writes into its bytes later is not in what was read", async () => {
  const bytes = Buffer.from("first");
  const snapshot = await readOf(() => {
    // After the answer, while it is being digested.
    setImmediate(() => bytes.fill(0));
    return { kind: "read", bytes };
  });
  bytes.fill(0);
  expect(snapshot.kind === "read" && Buffer.from(snapshot.content).toString()).toBe("first");
});

it("a source that does not answer is unreadable after its deadline, and is told to stop", async () => {
  let stopped: AbortSignal | undefined;
  const source: BundleSource = {
    name: "the shelf",
    deadlineMs: 20,
    read: (signal) => {
      stopped = signal;
      return new Promise<BundleReading>(() => undefined);
    },
  };
  expect(problemOf(await readBundleSource(source, bound)).code).toBe("bundle_unavailable");
  expect(stopped?.aborted).toBe(true);
});

it("a reason is told in one line that ends, with the name of the source", async () => {
  const reason = `no such\nbundle\u2028here ${"x".repeat(10_000)}`;
  const { message } = problemOf(await readOf(() => ({ kind: "unavailable", reason })));
  expect(message).toContain("`the shelf`");
  expect(message).toContain("no such bundle here");
  expect(message.length).toBeLessThan(400);
});
