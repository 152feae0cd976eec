import { closed, listOf, mapOf, oneOf, open, text } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** What the manifest of a bundle says. */
export interface Manifest {
  readonly revision: string;
  readonly roots: readonly [""];
  readonly rego_version: 0 | 1;
  readonly file_rego_versions?: { readonly [file: string]: 0 | 1 };
  readonly metadata: {
    readonly scopeward: { readonly entrypoints: readonly string[]; readonly opa: string };
  };
}

const regoVersion = oneOf(0, 1);

// Closed: a `wasm` resolver would make other engines run the module, whose builtins are renamed for
// ours, and whatever else OPA knows there changes what the bundle means.
const shape: Shape = closed(
  {
    revision: text(/^sha256:[0-9a-f]{64}$/u),
    roots: listOf(oneOf("")),
    rego_version: regoVersion,
    metadata: open({ scopeward: open({ entrypoints: listOf(text()), opa: text() }) }),
  },
  { file_rego_versions: mapOf(regoVersion) },
);

/** Whether a parsed `.manifest` is one of a bundle that decides. */
export function isManifest(value: unknown): value is Manifest {
  if (!shape(value)) return false;
  const { roots, metadata } = value as Manifest;
  return roots.length === 1 && metadata.scopeward.entrypoints.includes("scopeward/decision");
}
