import { webcrypto } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Problem } from "@scopeward/core";

/** What was read of one file, with the SHA-256 of its bytes. `folder`: it is none, not a fault. */
export type BoundedFile =
  | { readonly kind: "read"; readonly content: Uint8Array<ArrayBuffer>; readonly digest: string }
  | { readonly kind: "folder" }
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Reads a regular file, or the one behind a link. Reading and hashing happen off the event loop,
 * where decisions are made meanwhile.
 * @param maxBytes - a larger file is unreadable.
 */
export async function readBoundedFile(path: string, maxBytes: number): Promise<BoundedFile> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { kind: "folder" };
    // To open a pipe would wait for its other end.
    if (!found.isFile()) return { kind: "unreadable", reason: "not a regular file" };
    if (found.size > maxBytes) return tooLarge(maxBytes);
    const content = await readFile(path);
    if (content.byteLength > maxBytes) return tooLarge(maxBytes);
    const digest = await webcrypto.subtle.digest("SHA-256", content);
    return { kind: "read", content, digest: Buffer.from(digest).toString("hex") };
  } catch (error) {
    return { kind: "unreadable", reason: readFault(error) };
  }
}

/** What `stat` says of one file, as one text that changes when the content may have. */
export async function stampFile(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
    return `${path}\0${size}\0${mtimeNs}\0${ctimeNs}\0${ino}`;
  } catch (error) {
    return `${path}\0${readFault(error)}`;
  }
}

/** Why the file system refused, in words. */
export function readFault(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
      return "there is no such file or folder";
    case "ENOTDIR":
      return "not a folder";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ELOOP":
      return "its links go in a circle";
    default:
      return code === "" ? String(error) : code;
  }
}

/** The problem `file_unreadable`. */
export function fileProblem(file: string, reason: string): Problem {
  return {
    severity: "error",
    code: "file_unreadable",
    message: `cannot be read: ${reason}`,
    file,
  };
}

function tooLarge(maxBytes: number): BoundedFile {
  return { kind: "unreadable", reason: `larger than ${maxBytes} bytes` };
}
