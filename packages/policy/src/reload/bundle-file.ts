import { resolve } from "node:path";
import type { BundleReading, BundleSource } from "@scopeward/sdk";
import { readBoundedFile, stampFile } from "../bounded-file.ts";
import { bundleSource } from "./bundle-source.ts";
import type { BundleSourceOptions } from "./bundle-source.ts";
import { watchPath } from "./path-watch.ts";
import type { ReloadSource } from "./reload-source.ts";

/** Options of {@link bundleFileSource}. */
export interface BundleFileOptions<T> extends Omit<BundleSourceOptions<T>, "source"> {
  /** The bundle file, or a link to it. */
  readonly file: string;
}

/** A file of this machine as a source of bundles. */
export function bundleFile(file: string): BundleSource {
  // The process may change its working folder; the bundle stays where it was.
  const path = resolve(file);
  return { name: path, read: async (_signal, maxBytes) => await readFile(path, maxBytes) };
}

/**
 * A bundle file that can be watched. Replace it by renaming another over it: a reader then sees the
 * old file or the new one. One that is written in place is seen half-written when the writer pauses,
 * and refused as damaged until the rest has come.
 */
export function bundleFileSource<T>(options: BundleFileOptions<T>): ReloadSource<Uint8Array, T> {
  const { file, ...rest } = options;
  const path = resolve(file);
  const stamp = async (): Promise<string> => await stampFile(path);
  return {
    ...bundleSource({ ...rest, source: bundleFile(path) }),
    // The file system tells of changes sooner than readings do, and of those that are under way.
    stamp,
    watch: (hint, pollMs) => watchPath({ path, concerns: () => true, stamp }, hint, pollMs),
  };
}

async function readFile(path: string, maxBytes: number): Promise<BundleReading> {
  const file = await readBoundedFile(path, maxBytes);
  if (file.kind === "read") return { kind: "read", bytes: file.content };
  return { kind: "unavailable", reason: file.kind === "folder" ? "it is a folder" : file.reason };
}
