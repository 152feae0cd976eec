// The licences of all code inside the compiler's WebAssembly module.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

interface GoPackage {
  readonly Dir: string;
  readonly Standard?: boolean;
  readonly Module?: {
    readonly Path: string;
    readonly Version?: string;
    readonly Dir: string;
    readonly Main?: boolean;
  };
}

const opa = "github.com/open-policy-agent/opa";
const licenceName = /^(?:licen[cs]e|copying|notice|patents)(?:[.-]|$)/i;

/**
 * Reads from Go's module cache what a package that carries the module has to carry with it.
 * @param go - runs `go` with the environment of the build and gives what it printed.
 * @returns name of each file to its text.
 * @throws Error if a dependency has no licence.
 */
export function collectLicences(go: (...args: string[]) => string): Record<string, string> {
  const packages = listPackages(go);
  const texts = new Map<string, string>();
  let version = "";
  for (const { Dir: folder, Module: module } of packages) {
    if (module === undefined || module.Main === true) continue;
    if (module.Path === opa) version = module.Version ?? "";
    const title = `${module.Path} ${module.Version ?? ""}`;
    const found = licenceFiles(folder, module.Dir);
    if (!found.some((file) => dirname(file) === module.Dir)) {
      throw new Error(`module \`${title}\` has no licence file`);
    }
    for (const file of found) {
      texts.set(`${title}: ${relative(module.Dir, file).split(sep).join("/")}`, read(file));
    }
  }
  const goRoot = go("env", "GOROOT").trim();
  for (const name of ["LICENSE", "PATENTS"]) {
    texts.set(`Go standard library: ${name}`, read(join(goRoot, name)));
  }
  const licence = texts.get(`${opa} ${version}: LICENSE`);
  if (licence === undefined) throw new Error("OPA's licence is not where it was");
  return {
    LICENSE: licence,
    NOTICE: notice(version),
    "THIRD-PARTY.txt": concatenate(texts),
  };
}

// What `go list -json` prints is one object after the other, not an array.
function listPackages(go: (...args: string[]) => string): GoPackage[] {
  const objects = go("list", "-deps", "-json=Dir,Standard,Module", ".").trim();
  const packages = JSON.parse(`[${objects.replaceAll(/^\}\n\{$/gm, "},\n{")}]`) as GoPackage[];
  return packages.filter(({ Standard: isStandard }) => isStandard !== true);
}

/** Licence files of a package's folder and of those above it, up to its module's. */
function licenceFiles(folder: string, root: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && licenceName.test(entry.name))
    .map((entry) => join(folder, entry.name));
  return folder === root ? files : [...files, ...licenceFiles(dirname(folder), root)];
}

function read(file: string): string {
  return readFileSync(file, "utf8").replaceAll("\r\n", "\n").trimEnd();
}

function concatenate(texts: ReadonlyMap<string, string>): string {
  const rule = "=".repeat(80);
  return [...texts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n\n`)
    .join("");
}

function notice(version: string): string {
  return `opa.wasm.br contains Open Policy Agent ${version}, unmodified.
Copyright The OPA Authors. Licensed under the Apache License, Version 2.0: see LICENSE.
Source: https://github.com/open-policy-agent/opa

The licences and notices of everything else that it contains are in THIRD-PARTY.txt.
`;
}
