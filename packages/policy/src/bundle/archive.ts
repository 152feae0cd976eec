import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { unpackTar } from "modern-tar";
import type { ParsedTarEntryWithData, TarHeader } from "modern-tar";
import type { BundleRefusal } from "./bundle-problem.ts";
import { refuseBundle } from "./bundle-problem.ts";
import { isBundleFile, isPlainPath } from "./file-name.ts";

/** How much a bundle may hold; one beyond these is refused before it fills the memory. */
const limits = { compressedBytes: 64 * 1024 * 1024, bytes: 256 * 1024 * 1024, files: 20_000 };

/** The files of a bundle by name, or why it is refused. */
export type Archive =
  | { readonly kind: "unpacked"; readonly files: ReadonlyMap<string, Uint8Array> }
  | BundleRefusal;

/** Unpacks a tar.gz that may be hostile. Never rejects. */
export async function unpackArchive(bytes: Uint8Array): Promise<Archive> {
  if (bytes.byteLength > limits.compressedBytes) {
    return refuseBundle("bundle_oversized", `larger than ${limits.compressedBytes} bytes`);
  }
  const tar = await decompress(bytes);
  if (!(tar instanceof Uint8Array)) return tar;
  let entries: readonly ParsedTarEntryWithData[];
  let count = 0;
  try {
    // Strict: checksums, the end of the archive and everything in between must be right. Counted
    // while it reads, since a header is far smaller in the archive than in memory.
    entries = await unpackTar(tar, { strict: true, filter: () => ++count <= limits.files });
  } catch (error) {
    return refuseBundle("bundle_malformed", `not a tar archive: ${reasonOf(error)}`);
  }
  if (count > limits.files) {
    return refuseBundle("bundle_oversized", `more than ${limits.files} files`);
  }
  return collectFiles(entries);
}

const decompressAll = promisify<Uint8Array, { maxOutputLength: number; info: true }, unknown>(
  gunzip,
);

async function decompress(bytes: Uint8Array): Promise<Uint8Array | BundleRefusal> {
  try {
    // With `info` the answer tells how many bytes were used: those behind the end would be ignored.
    const { buffer, engine } = (await decompressAll(bytes, {
      maxOutputLength: limits.bytes,
      info: true,
    })) as { readonly buffer: Uint8Array; readonly engine: { readonly bytesWritten: number } };
    if (engine.bytesWritten === bytes.byteLength) return buffer;
    return refuseBundle("bundle_malformed", "there is something behind the end of the gzip file");
  } catch (error) {
    switch (error instanceof Error && "code" in error ? error.code : undefined) {
      case "Z_BUF_ERROR":
        return refuseBundle("bundle_truncated", "the gzip file ends too early");
      case "ERR_BUFFER_TOO_LARGE":
        return refuseBundle("bundle_oversized", `unpacks to more than ${limits.bytes} bytes`);
      default:
        return refuseBundle("bundle_malformed", `not a gzip file: ${reasonOf(error)}`);
    }
  }
}

function collectFiles(entries: readonly ParsedTarEntryWithData[]): Archive {
  const files = new Map<string, Uint8Array>();
  for (const { header, data } of entries) {
    const refusal = headerFault(header) ?? (files.has(header.name) ? duplicate(header) : undefined);
    if (refusal !== undefined) return refusal;
    files.set(header.name, data ?? new Uint8Array());
  }
  return { kind: "unpacked", files };
}

function headerFault({ name, type }: TarHeader): BundleRefusal | undefined {
  if (!isPlainPath(name)) {
    return refuseBundle("bundle_name_invalid", `${shown(name)} is no plain relative path`);
  }
  if (type !== "file") {
    return refuseBundle("bundle_malformed", `${shown(name)} is a ${type}, not a file`);
  }
  if (!isBundleFile(name)) {
    return refuseBundle("bundle_malformed", `the format has no file ${shown(name)}`);
  }
  return undefined;
}

function duplicate({ name }: TarHeader): BundleRefusal {
  return refuseBundle("bundle_name_invalid", `${shown(name)} is there twice`);
}

// Escaped and cut: the name is the attacker's, and goes to terminals.
function shown(name: string): string {
  return `\`${JSON.stringify(name.slice(0, 200)).slice(1, -1)}\``;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
