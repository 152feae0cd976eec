import { createReadStream, type Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { findTokens, redactTokens, type ScannedToken, TokenScanner } from "./detection.ts";

/** What a scan of files comes across. `path` is as it was given or joined, with tokens redacted. */
export type ScanFinding =
  /** A token. In the name of a file or folder its row is 0, and `offset` counts in that name. */
  | ({ readonly outcome: "found"; readonly path: string } & ScannedToken)
  /** Could not be read (to its end), so whether it holds a token is not known. */
  | { readonly outcome: "unreadable"; readonly path: string; readonly reason: string }
  /** Was left out. */
  | { readonly outcome: "skipped"; readonly path: string };

const pieceBytes = 1024 * 1024;
const leftOut = new Set([".git", "node_modules"]);

/**
 * Finds tokens in bytes, also in binary ones such as database files, wherever the chunks end. Holds
 * one chunk, and 1 MiB of it as text. A token in UTF-16, compressed or encoded is not found.
 */
export async function* scanStream(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ScannedToken, void> {
  const scanner = new TokenScanner();
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      yield* scanner.push(bytes.toString("latin1", from, from + pieceBytes));
    }
  }
}

/**
 * Finds tokens in a file, or in all files below a folder. In a folder it leaves out what gitleaks
 * leaves out, `.git`, `node_modules` and symbolic links, and what is neither file nor folder (a pipe,
 * a device); each of them can be named itself. Never rejects.
 */
export async function* scanPath(path: string): AsyncGenerator<ScanFinding, void> {
  yield* tokensInName(path);
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    yield unreadable(path, error);
    return;
  }
  yield* isFolder ? scanFolder(path) : scanFile(path);
}

async function* scanFolder(folder: string): AsyncGenerator<ScanFinding, void> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    yield unreadable(folder, error);
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    yield* tokensInName(path);
    if (entry.isFile()) yield* scanFile(path);
    else if (entry.isDirectory() && !leftOut.has(entry.name)) yield* scanFolder(path);
    else yield { outcome: "skipped", path: redactTokens(path) };
  }
}

async function* scanFile(path: string): AsyncGenerator<ScanFinding, void> {
  const shown = redactTokens(path);
  try {
    for await (const token of scanStream(createReadStream(path, { highWaterMark: pieceBytes }))) {
      yield { outcome: "found", path: shown, ...token };
    }
  } catch (error) {
    yield unreadable(path, error);
  }
}

function* tokensInName(path: string): Generator<ScanFinding, void> {
  for (const { index, ...token } of findTokens(basename(path))) {
    yield { outcome: "found", path: redactTokens(path), ...token, row: 0, offset: index };
  }
}

// The system's message holds the path, which may hold a token.
function unreadable(path: string, error: unknown): ScanFinding {
  const { code } = error as NodeJS.ErrnoException;
  return { outcome: "unreadable", path: redactTokens(path), reason: code ?? "unknown" };
}
