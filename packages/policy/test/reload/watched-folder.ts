import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Problem } from "@scopeward/core";
import type { BundleSource, PolicyFiles } from "@scopeward/sdk";
import { onTestFinished } from "vitest";
import { bundleFileSource } from "../../src/reload/bundle-file.ts";
import { bundleSource } from "../../src/reload/bundle-source.ts";
import { folderSource } from "../../src/reload/folder-source.ts";
import { startReload } from "../../src/reload/reload.ts";
import type { ReloadTimes } from "../../src/reload/reload.ts";
import type { Loaded, ReloadSource, SnapshotLoader } from "../../src/reload/reload-source.ts";

/** What a listener heard. */
export type Heard<T> =
  | { readonly kind: "loaded"; readonly value: T; readonly milliseconds: number }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** What a watch did until now; waits end in a test failure only after a time that no machine needs. */
export interface Watching<T> {
  readonly heard: readonly Heard<T>[];
  /** Loads that were begun, and the most that ran at once. */
  readonly loads: { readonly begun: number; readonly atOnce: number };
  readonly reads: () => number;
  /** The next event that nobody has asked for yet. */
  next(): Promise<Heard<T>>;
  /** The value of the next event, which must be `loaded`. */
  nextLoaded(): Promise<T>;
  /** The codes of the next event, which must be `refused`. */
  nextCodes(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const patienceMs = 20_000;

/** An empty folder below the system's temporary folder, removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-reload-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by path below a folder, and the folders on the way. */
export async function writeFiles(folder: string, files: PolicyFiles): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Watches a folder; what contains `broken` is refused, all else is its own value. */
export async function watchFolder(
  folder: string,
  times: Partial<ReloadTimes> & {
    readonly loadMs?: number;
    readonly ignore?: readonly string[];
  } = {},
): Promise<Watching<PolicyFiles>> {
  const { loadMs = 0, ignore = [], ...rest } = times;
  return await startWatching(
    (loader) => folderSource({ folder, ignore, ...loader }),
    fakeLoad(loadMs, (files) => Object.values(files).join("")),
    rest,
  );
}

/** Watches a bundle file; what contains `broken` is refused, all else is its own value. */
export async function watchBundle(
  file: string,
  times: Partial<ReloadTimes> & { readonly maxBytes?: number } = {},
): Promise<Watching<Uint8Array>> {
  const { maxBytes = 1024 * 1024, ...rest } = times;
  return await startWatching(
    (loader) => bundleFileSource({ file, maxBytes, ...loader }),
    loadText,
    rest,
  );
}

/** Watches a source of bundles; what contains `broken` is refused, all else is its own value. */
export async function watchSource(source: BundleSource): Promise<Watching<Uint8Array>> {
  return await startWatching((loader) => bundleSource({ source, ...loader }), loadText, {});
}

/** Waits until something is true. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(5);
  }
}

function fakeLoad<S>(loadMs: number, textOf: (content: S) => string) {
  return async (content: S): Promise<Loaded<S>> => {
    await sleep(loadMs);
    if (!textOf(content).includes("broken")) return { kind: "loaded", value: content };
    const problem: Problem = { severity: "error", code: "rego_parse_error", message: "broken" };
    return { kind: "refused", problems: [problem] };
  };
}

const loadText = fakeLoad(0, (bytes: Uint8Array) => Buffer.from(bytes).toString());

async function startWatching<S>(
  sourceOf: (loader: SnapshotLoader<S, S>) => ReloadSource<S, S>,
  load: (content: S) => Promise<Loaded<S>>,
  times: Partial<ReloadTimes>,
): Promise<Watching<S>> {
  const heard: Heard<S>[] = [];
  const loads = { begun: 0, running: 0, atOnce: 0 };
  let asked = 0;
  let reads = 0;
  const plain = sourceOf({
    async load(content) {
      loads.begun += 1;
      loads.running += 1;
      loads.atOnce = Math.max(loads.atOnce, loads.running);
      return await load(content).finally(() => {
        loads.running -= 1;
      });
    },
    discard: () => undefined,
  });
  const source: ReloadSource<S, S> = {
    ...plain,
    async read(signal) {
      const snapshot = await plain.read(signal);
      reads += 1;
      return snapshot;
    },
  };
  const first = await plain.read();
  const reload = startReload(
    source,
    first.kind === "read" ? first.digest : "",
    {
      loaded: (value, milliseconds) => heard.push({ kind: "loaded", value, milliseconds }),
      refused: (problems) => heard.push({ kind: "refused", problems }),
    },
    times,
  );
  onTestFinished(() => reload.close());
  await reload.ready;
  // The reading that follows `ready`: what is counted from here on has another cause.
  await until(() => reads > 0, "the source was read for the first time");
  const next = async (): Promise<Heard<S>> => {
    await until(() => heard.length > asked, "the next event came");
    asked += 1;
    return heard[asked - 1]!;
  };
  return {
    heard,
    loads,
    reads: () => reads,
    next,
    async nextLoaded() {
      const event = await next();
      if (event.kind === "refused") throw new Error(JSON.stringify(event.problems));
      return event.value;
    },
    async nextCodes() {
      const event = await next();
      if (event.kind === "loaded") throw new Error("was loaded");
      return event.problems.map(({ code }) => code);
    },
    close: () => reload.close(),
  };
}
