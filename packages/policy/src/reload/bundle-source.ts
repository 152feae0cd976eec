import type { BundleSource } from "@scopeward/sdk";
import { readBundleSource } from "./bundle-reading.ts";
import type { ReloadSource, SnapshotLoader } from "./reload-source.ts";

/** Options of {@link bundleSource}. */
export interface BundleSourceOptions<T> extends SnapshotLoader<Uint8Array, T> {
  readonly source: BundleSource;
  /** A larger bundle is unreadable; 128 MiB by default. Loading has limits of its own. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 128 * 1024 * 1024;
const defaultPollMs = 10_000;

/**
 * A source of bundles that can be watched: it is read each `pollMs`. What it answers is whole by
 * its contract, so each answer is loaded as it is.
 */
export function bundleSource<T>(options: BundleSourceOptions<T>): ReloadSource<Uint8Array, T> {
  const { source, load, discard, maxBytes = defaultMaxBytes } = options;
  const { name, pollMs = defaultPollMs } = source;
  return {
    name,
    watch: (hint) => poll(hint, pollMs),
    read: async (signal) => await readBundleSource(source, maxBytes, signal),
    load,
    discard,
  };
}

function poll(hint: () => void, pollMs: number): ReturnType<ReloadSource<never, never>["watch"]> {
  const timer = setInterval(hint, pollMs);
  return {
    ready: Promise.resolve(),
    close() {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
