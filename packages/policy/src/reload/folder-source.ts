import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { PolicyFiles } from "@scopeward/sdk";
import { fileProblem, readFault, stampFile } from "../bounded-file.ts";
import { findPolicyFiles, isPassedOver, isPolicyFile, readPolicyFolder } from "../policy-folder.ts";
import type { PolicyFolderOptions } from "../policy-folder.ts";
import { watchPath } from "./path-watch.ts";
import type { EntryKind, Watched } from "./path-watch.ts";
import type { ReloadSource, Snapshot, SnapshotLoader } from "./reload-source.ts";

/** Options of {@link folderSource}. */
export interface FolderSourceOptions<T>
  extends PolicyFolderOptions, SnapshotLoader<PolicyFiles, T> {
  readonly folder: string;
}

/**
 * A folder of Rego and data that can be watched. A folder without a single Rego file counts as
 * unreadable: it is far more often a volume that is not mounted than a wish to deny everything.
 */
export function folderSource<T>(options: FolderSourceOptions<T>): ReloadSource<PolicyFiles, T> {
  const { load, discard } = options;
  // The process may change its working folder; the policies stay where they were.
  const folder = resolve(options.folder);
  const watched: Watched = {
    path: folder,
    concerns: (path, kind) => concerns(path, kind, options),
    stamp: async () => await stampPolicyFolder(folder, options),
  };
  return {
    name: folder,
    stamp: watched.stamp,
    watch: (hint, pollMs) => watchPath(watched, hint, pollMs),
    read: async () => await readSnapshot(folder, options),
    load,
    discard,
  };
}

/**
 * What `stat` says of a policy folder and every file in it, as one text: another text means that
 * something may have changed.
 */
export async function stampPolicyFolder(
  folder: string,
  options: PolicyFolderOptions = {},
): Promise<string> {
  const { paths, problems } = await findPolicyFiles(folder, options);
  const stamps = [
    await identify(folder),
    ...problems.map(({ file, message }) => `${file} ${message}`),
  ];
  stamps.push(...(await Promise.all(paths.map((path) => stampFile(join(folder, path))))));
  return stamps.join("\n");
}

function concerns(path: string, kind: EntryKind, options: PolicyFolderOptions): boolean {
  // Mounted configuration (Kubernetes): files are links through the link `..data`, and an update
  // replaces that link alone.
  if (kind === "link" && path === "..data") return true;
  return !isPassedOver(path, options) && (kind === "folder" || isPolicyFile(path));
}

async function readSnapshot(
  folder: string,
  options: PolicyFolderOptions,
): Promise<Snapshot<PolicyFiles>> {
  const read = await readPolicyFolder(folder, options);
  if (read.kind === "unreadable") return read;
  const { files, digest } = read;
  if (Object.keys(files).some((path) => path.endsWith(".rego"))) {
    return { kind: "read", content: files, digest };
  }
  return { kind: "unreadable", problems: [fileProblem(folder, "there is no Rego file in it")] };
}

/** Changes when another folder has taken the place, but not whenever some file in it is saved. */
async function identify(folder: string): Promise<string> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return `${dev} ${ino}`;
  } catch (error) {
    return readFault(error);
  }
}
