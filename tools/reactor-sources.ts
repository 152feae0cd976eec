// What the reactor is built from, without Go: its versions and one digest of its sources.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** The Go sources of the reactor. */
export interface ReactorSources {
  /** SHA-256 in hex over the sorted lines `<path>\0<hex digest>\n`. */
  readonly digest: string;
  /** Version of OPA, such as `v1.22.2`. */
  readonly opa: string;
  /** Version of Go, such as `1.26.8`. */
  readonly go: string;
}

/**
 * Reads what decides about the module: go.mod, go.sum, and every file but the tests.
 * @throws Error if go.mod names no version.
 */
export function readReactorSources(folder: string): ReactorSources {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => /(?:\.go|^go\.mod|^go\.sum)$/.test(file) && !file.endsWith("_test.go"))
    .toSorted();
  const all = createHash("sha256");
  for (const file of files) {
    const digest = createHash("sha256")
      .update(readFileSync(join(folder, file)))
      .digest("hex");
    all.update(`${file}\0${digest}\n`);
  }
  const module = readFileSync(join(folder, "go.mod"), "utf8");
  return {
    digest: all.digest("hex"),
    opa: versionIn(module, /^require github\.com\/open-policy-agent\/opa (?<version>\S+)$/m),
    go: versionIn(module, /^toolchain go(?<version>\S+)$/m),
  };
}

function versionIn(module: string, pattern: RegExp): string {
  const version = pattern.exec(module)?.groups?.["version"];
  if (version === undefined) throw new Error(`go.mod has no line like ${String(pattern)}`);
  return version;
}
