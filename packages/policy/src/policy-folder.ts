import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, matchesGlob } from "node:path";
import type { Problem } from "@scopeward/core";
import type { PolicyFiles } from "@scopeward/sdk";
import { fileProblem, readBoundedFile, readFault } from "./bounded-file.ts";
import type { BoundedFile } from "./bounded-file.ts";
import { isPlainPath } from "./bundle/file-name.ts";

/** How much of a folder is read; a folder beyond these is refused, never cut. */
const limits = { files: 20_000, fileBytes: 8 * 1024 * 1024, totalBytes: 128 * 1024 * 1024 };

// Every file that is being read holds a descriptor, of which a process has few.
const readsAtOnce = 32;

/** What was read of a policy folder, or why it could not be. */
export type PolicyFolder =
  | {
      readonly kind: "read";
      /** Without prototype, sorted by path. */
      readonly files: PolicyFiles;
      /** SHA-256 over all paths and contents: equal for equal folders. */
      readonly digest: string;
    }
  | { readonly kind: "unreadable"; readonly problems: readonly Problem[] };

/** Options of {@link readPolicyFolder}. */
export interface PolicyFolderOptions {
  /**
   * Globs over paths relative to the folder (`*`, `**`, `?`, `[…]`, `{…}`); matches are left out, a
   * folder with all that is in it.
   */
  readonly ignore?: readonly string[];
}

/**
 * Reads the files of a policy folder that mean something to the compiler: `*.rego`, `data.json`,
 * `data.yaml`, `data.yml`, and JSON below `schemas/`. Hidden entries, `node_modules` and folders
 * behind links are passed over (so no loop is ever walked); a link to a file is followed, as mounted
 * configuration needs it. A byte order mark is taken off. A file whose name no bundle can hold is
 * refused. All problems are told, not the first.
 */
export async function readPolicyFolder(
  root: string,
  options: PolicyFolderOptions = {},
): Promise<PolicyFolder> {
  const { paths, problems } = await findPolicyFiles(root, options);
  if (paths.length > limits.files) {
    problems.push(fileProblem(root, `more than ${limits.files} policy files`));
  }
  if (problems.length > 0) return { kind: "unreadable", problems };
  const read = await readAll(root, paths);
  // `__proto__` is a fine name for a file.
  const files = Object.create(null) as Record<string, string>;
  const hash = createHash("sha256");
  let totalBytes = 0;
  for (const path of paths) {
    const file = read.get(path);
    if (file === undefined || file.kind === "folder") continue;
    if (file.kind === "unreadable") {
      problems.push(fileProblem(path, file.reason));
      continue;
    }
    totalBytes += file.bytes;
    files[path] = file.text;
    hash.update(`${path}\0${file.digest}\n`);
  }
  if (totalBytes > limits.totalBytes) {
    problems.push(fileProblem(root, `more than ${limits.totalBytes} bytes of policy files`));
  }
  if (problems.length > 0) return { kind: "unreadable", problems };
  return { kind: "read", files, digest: hash.digest("hex") };
}

/** Whether the compiler reads a file of this path, relative to the policy folder. */
export function isPolicyFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.endsWith(".rego")) return true;
  if (name === "data.json" || name === "data.yaml" || name === "data.yml") return true;
  return path.startsWith("schemas/") && name.endsWith(".json");
}

/** Whether a file or folder is left out for its name, wherever it is: hidden, or ignored by a glob. */
export function isPassedOver(path: string, { ignore = [] }: PolicyFolderOptions): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.startsWith(".") || name === "node_modules") return true;
  return ignore.some((glob) => matchesGlob(path, glob));
}

/** The paths of all policy files, sorted, relative to the folder; links are not looked behind yet. */
export async function findPolicyFiles(
  root: string,
  options: PolicyFolderOptions,
): Promise<{ readonly paths: readonly string[]; readonly problems: Problem[] }> {
  const paths: string[] = [];
  const problems: Problem[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = await readdir(join(root, folder), { withFileTypes: true });
    } catch (error) {
      problems.push(fileProblem(folder === "" ? root : folder, readFault(error)));
      continue;
    }
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (isPassedOver(path, options)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (!(entry.isFile() || entry.isSymbolicLink()) || !isPolicyFile(path)) continue;
      else if (isPlainPath(path)) paths.push(path);
      else problems.push(fileProblem(escaped(path), "no bundle can hold a file of this name"));
    }
  }
  return { paths: paths.toSorted(), problems };
}

// Such a name may drive the terminal that it is shown on.
function escaped(path: string): string {
  return JSON.stringify(path)
    .slice(1, -1)
    .replaceAll(/\p{Cc}/gu, "\uFFFD");
}

type PolicyText =
  | {
      readonly kind: "text";
      readonly text: string;
      readonly bytes: number;
      readonly digest: string;
    }
  | Exclude<BoundedFile, { kind: "read" }>;

async function readAll(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, PolicyText>> {
  const read = new Map<string, PolicyText>();
  const queue = paths.values();
  let bytes = 0;
  const worker = async (): Promise<void> => {
    for (const path of queue) {
      // The folder is refused by then: no need to hold more of it in memory.
      if (bytes > limits.totalBytes) return;
      const file = await readText(join(root, path));
      if (file.kind === "text") bytes += file.bytes;
      read.set(path, file);
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, worker));
  return read;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

async function readText(path: string): Promise<PolicyText> {
  const file = await readBoundedFile(path, limits.fileBytes);
  if (file.kind !== "read") return file;
  try {
    const text = utf8.decode(file.content);
    return { kind: "text", text, bytes: file.content.byteLength, digest: file.digest };
  } catch {
    const row = firstForeignRow(Buffer.from(file.content));
    return { kind: "unreadable", reason: `not UTF-8 text in row ${row}, save it as UTF-8` };
  }
}

// No character of UTF-8 but the line feed itself holds its byte, so rows can be looked at one by one.
function firstForeignRow(content: Buffer): number {
  let row = 1;
  let start = 0;
  for (;;) {
    const end = content.indexOf(0x0a, start);
    if (end === -1 || !isUtf8(content.subarray(start, end))) return row;
    row += 1;
    start = end + 1;
  }
}
