import { setTimeout as sleep } from "node:timers/promises";
import type { BundleReading, BundleSource } from "@scopeward/sdk";
import { bundleSourceCases } from "@scopeward/sdk/conformance";
import type { BundleSourceHarness } from "@scopeward/sdk/conformance";
import { describe, expect, test } from "vitest";
import { HttpBundleSource, startBundleServer } from "./http-bundle-source.ts";
import { until, watchSource } from "./watched-folder.ts";
import type { Watching } from "./watched-folder.ts";

async function httpHarness(): Promise<BundleSourceHarness> {
  const server = await startBundleServer();
  return {
    open: async () => new HttpBundleSource(server),
    put: async (bytes) => {
      server.bytes = bytes;
    },
    remove: async () => {
      server.bytes = undefined;
    },
    block: async () => {
      server.isBlocked = true;
      return async () => {
        server.isBlocked = false;
      };
    },
    secret: server.secret,
  };
}

describe("a source over HTTP", () => {
  test.for(bundleSourceCases)("$name", async ({ run }) => {
    await expect(run(await httpHarness())).resolves.toBeUndefined();
  });
});

async function nextText(watching: Watching<Uint8Array>): Promise<string> {
  return Buffer.from(await watching.nextLoaded()).toString();
}

test("each bundle that a server has is loaded, without reading what it had before again", async () => {
  const server = await startBundleServer();
  server.bytes = Buffer.from("first");
  const watching = await watchSource(new HttpBundleSource(server));
  for (const text of ["second", "third"]) {
    server.bytes = Buffer.from(text);
    expect(await nextText(watching)).toBe(text);
  }
  await until(() => server.requests.unmodified > 3, "nothing was new");
  expect(watching.heard).toHaveLength(2);
  expect(watching.loads).toMatchObject({ begun: 2, atOnce: 1 });
});

test("a server that is away is told once, and what it has is loaded when it is back", async () => {
  const server = await startBundleServer();
  server.bytes = Buffer.from("first");
  const watching = await watchSource(new HttpBundleSource(server));
  server.bytes = undefined;
  expect(await watching.nextCodes()).toEqual(["bundle_unavailable"]);
  const asked = server.requests.asked;
  await until(() => server.requests.asked > asked + 3, "it was asked again");
  expect(watching.heard).toHaveLength(1);
  server.bytes = Buffer.from("first");
  expect(await nextText(watching)).toBe("first");
});

test("a bundle that is refused stays refused, and is not loaded again each time", async () => {
  const server = await startBundleServer();
  server.bytes = Buffer.from("first");
  const watching = await watchSource(new HttpBundleSource(server));
  server.bytes = Buffer.from("broken");
  expect(await watching.nextCodes()).toEqual(["rego_parse_error"]);
  const asked = server.requests.asked;
  await until(() => server.requests.asked > asked + 3, "it was asked again");
  expect(watching.loads.begun).toBe(1);
});

/** A source that answers as it is told. */
function sourceOf(
  read: BundleSource["read"],
  times: Pick<BundleSource, "deadlineMs" | "pollMs"> = {},
): BundleSource {
  return { name: "the shelf", pollMs: 20, ...times, read };
}

function bundle(text: string): BundleReading {
  return { kind: "read", bytes: Buffer.from(text) };
}

test("a source that hangs is told after its deadline, and the next reading counts", async () => {
  let answer: Promise<BundleReading> = Promise.resolve(bundle("first"));
  const signals: AbortSignal[] = [];
  const source = sourceOf(
    (signal) => {
      signals.push(signal);
      return answer;
    },
    { deadlineMs: 50 },
  );
  const watching = await watchSource(source);
  answer = new Promise(() => undefined);
  expect(await watching.nextCodes()).toEqual(["bundle_unavailable"]);
  expect(signals.some(({ aborted }) => aborted)).toBe(true);
  answer = Promise.resolve(bundle("second"));
  expect(await nextText(watching)).toBe("second");
});

test("close does not wait for a source that hangs", async () => {
  let answer: Promise<BundleReading> = Promise.resolve(bundle("first"));
  let asked = 0;
  const signals: AbortSignal[] = [];
  const source = sourceOf((signal) => {
    asked += 1;
    signals.push(signal);
    return answer;
  });
  const watching = await watchSource(source);
  answer = new Promise(() => undefined);
  const before = asked;
  await until(() => asked > before, "it hangs");
  const closing = watching.close().then(() => "closed");
  expect(await Promise.race([closing, sleep(5_000, "waits", { ref: false })])).toBe("closed");
  expect(signals.at(-1)?.aborted).toBe(true);
  const after = asked;
  await sleep(100);
  expect(asked).toBe(after);
  expect(watching.heard).toEqual([]);
});

test("a source that never gives the same bytes twice is loaded no more often than it is read", async () => {
  let count = 0;
  const watching = await watchSource(
    sourceOf(() => Promise.resolve(bundle(`version ${count++}`)), { pollMs: 50 }),
  );
  const started = performance.now();
  await until(() => watching.loads.begun >= 3, "it was loaded");
  expect(performance.now() - started).toBeGreaterThan(50);
  expect(watching.loads.atOnce).toBe(1);
});
