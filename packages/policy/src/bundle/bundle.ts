import { createHash } from "node:crypto";
import type { Catalogue } from "@scopeward/core";
import { unpackArchive } from "./archive.ts";
import type { BundleRefusal } from "./bundle-problem.ts";
import { refuseBundle } from "./bundle-problem.ts";
import { isBundleData } from "./bundle-data.ts";
import { compareNames } from "./file-name.ts";
import { isManifest } from "./manifest.ts";

/** A bundle whose files are complete, well-formed and those that its revision names. */
export interface Bundle {
  /** `sha256:<hex>`, computed over the content. */
  readonly revision: string;
  /** Rules that can be asked, such as `scopeward/decision`. */
  readonly entrypoints: readonly string[];
  readonly catalogue: Catalogue;
  /** The WebAssembly module, of which only the length has been looked at. */
  readonly wasm: Uint8Array;
  /** `data.json` as text. */
  readonly dataText: string;
  /** Every file by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A bundle, or why it is refused. */
export type BundleReading = { readonly kind: "read"; readonly bundle: Bundle } | BundleRefusal;

/** Reads a bundle (OPA's tar.gz) that may be hostile. Never rejects; runs nothing of it. */
export async function decodeBundle(bytes: Uint8Array): Promise<BundleReading> {
  const archive = await unpackArchive(bytes);
  if (archive.kind === "refused") return archive;
  const { files } = archive;
  const manifest = decodeJson(files, ".manifest", isManifest);
  if (manifest.kind === "refused") return manifest;
  const revision = revisionOf(files);
  if (manifest.value.revision !== revision) {
    const message = `the manifest names ${manifest.value.revision}, the content is ${revision}`;
    return refuseBundle("bundle_digest_mismatch", message, ".manifest");
  }
  const data = decodeJson(files, "data.json", isBundleData);
  if (data.kind === "refused") return data;
  const wasm = files.get("policy.wasm");
  if (wasm === undefined || wasm.byteLength === 0) return missing("policy.wasm");
  const { entrypoints } = manifest.value.metadata.scopeward;
  const { catalogue } = data.value.scopeward;
  const bundle = { revision, entrypoints, catalogue, wasm, dataText: data.text, files };
  return { kind: "read", bundle };
}

/** The digest of everything but the manifest, which names it, and the signatures, which come later. */
export function revisionOf(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash("sha256");
  for (const [name, content] of [...files].toSorted(([a], [b]) => compareNames(a, b))) {
    if (name === ".manifest" || name === ".signatures.json") continue;
    hash.update(`${name}\0${createHash("sha256").update(content).digest("hex")}\n`);
  }
  return `sha256:${hash.digest("hex")}`;
}

type Decoded<T> =
  | { readonly kind: "decoded"; readonly value: T; readonly text: string }
  | BundleRefusal;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeJson<T>(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  fits: (value: unknown) => value is T,
): Decoded<T> {
  const content = files.get(name);
  if (content === undefined) return missing(name);
  try {
    const text = utf8.decode(content);
    const value: unknown = JSON.parse(text);
    return fits(value)
      ? { kind: "decoded", value, text }
      : refuseBundle("bundle_malformed", "not of the shape that the format has", name);
  } catch {
    return refuseBundle("bundle_malformed", "not JSON in UTF-8", name);
  }
}

function missing(name: string): BundleRefusal {
  return refuseBundle("bundle_malformed", "the bundle lacks it", name);
}
