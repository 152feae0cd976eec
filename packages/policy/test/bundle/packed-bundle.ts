import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { packTar, unpackTar } from "modern-tar";
import type { TarHeader } from "modern-tar";

/** Files of a bundle by name. */
export type BundleFiles = Readonly<Record<string, string | Uint8Array>>;

/** A catalogue with one of each. */
export const catalogue = {
  features: { notes: { title: "Notes", scopes: ["notes:read"] } },
  scopes: {
    "notes:read": {
      feature: "notes",
      tools: ["read_note"],
      models: [],
      audiences: ["internal"],
      risk: "low",
      requires: [],
    },
  },
  tools: {
    read_note: {
      features: ["notes"],
      scopes: { internal: ["notes:read"], external: [] },
      resource: { type: "note", from: "/id" },
    },
  },
  models: {},
};

/** The files of a whole bundle without its manifest. The module is none. */
export const contents: Readonly<Record<string, string>> = {
  "data.json": JSON.stringify({ reviewed: ["sales"], scopeward: { catalogue } }),
  "features/notes.rego": "package features.notes\n",
  "plan.json": "{}",
  "policy.wasm": "\0asm",
  "scopeward/decision.rego": "package scopeward\n",
};

/** The revision by its definition in the documentation. */
export function revision(files: BundleFiles): string {
  const lines = Object.keys(files)
    .filter((name) => name !== ".manifest" && name !== ".signatures.json")
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map((name) => `${name}\0${sha256(files[name] ?? "")}\n`);
  return `sha256:${sha256(lines.join(""))}`;
}

/** A manifest that names the revision of the files. */
export function manifest(files: BundleFiles, changes: object = {}): string {
  return JSON.stringify({
    revision: revision(files),
    roots: [""],
    rego_version: 1,
    metadata: { scopeward: { entrypoints: ["scopeward/decision"], opa: "1.22.2" } },
    ...changes,
  });
}

/** Files with the manifest that they need. */
export function whole(files: BundleFiles = contents): BundleFiles {
  return { ".manifest": manifest(files), ...files };
}

/** A bundle of exactly these files. */
export async function pack(files: BundleFiles): Promise<Uint8Array> {
  return await packEntries(Object.entries(files).map(([name, content]) => [{ name }, content]));
}

/** The files of a bundle but for its manifest. */
export async function unpack(bundle: Uint8Array): Promise<BundleFiles> {
  const entries = await unpackTar(gunzipSync(bundle));
  const files = entries.map(({ header, data }) => [header.name, data ?? new Uint8Array()] as const);
  return Object.fromEntries(files.filter(([name]) => name !== ".manifest"));
}

/** A bundle with these entries, whatever they are. */
export async function packEntries(
  entries: readonly (readonly [
    Partial<TarHeader> & { readonly name: string },
    string | Uint8Array,
  ])[],
): Promise<Uint8Array> {
  return gzipSync(await packEntriesOnly(entries));
}

/** The same without compression. */
export async function packEntriesOnly(
  entries: readonly (readonly [
    Partial<TarHeader> & { readonly name: string },
    string | Uint8Array,
  ])[],
): Promise<Uint8Array> {
  return await packTar(
    entries.map(([header, content]) => {
      const body = Buffer.from(content);
      return { header: { size: body.length, mtime: new Date(0), ...header }, body };
    }),
  );
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
