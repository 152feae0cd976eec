import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { unzipSync } from "fflate";

const root = fileURLToPath(new URL("../..", import.meta.url));
const reactor = join(root, "packages/compiler/reactor");
const moduleName = "github.com/open-policy-agent/opa";

/** The pinned OPA module cannot be had; the message says what is missing. */
export class ModuleUnavailable extends Error {
  override readonly name = "ModuleUnavailable";
}

/** The version of OPA that the compiler is built from, such as `v1.22.2`. */
export function opaVersion(): string {
  const pinned = /^require \S+\/opa (v\S+)$/mu.exec(readFileSync(join(reactor, "go.mod"), "utf8"));
  if (pinned === null) throw new Error("reactor/go.mod does not require OPA");
  return pinned[1]!;
}

/**
 * Files of the pinned OPA module: path inside the module to content. They come from Go's module
 * cache, else from the module proxy that `GOPROXY` or an installed Go names.
 * @param wanted - which paths are read.
 * @throws ModuleUnavailable when neither is there.
 */
export async function opaModuleFiles(
  wanted: (path: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const folder = cachedModule();
  if (folder !== undefined) return readFolder(folder, wanted);
  return unpack(await moduleArchive(), wanted);
}

function cachedModule(): string | undefined {
  const { GOMODCACHE, GOPATH } = process.env;
  const caches = [
    GOMODCACHE,
    GOPATH === undefined ? undefined : join(GOPATH, "pkg/mod"),
    join(homedir(), "go/pkg/mod"),
  ];
  return caches
    .filter((cache) => cache !== undefined)
    .map((cache) => join(cache, `${moduleName}@${opaVersion()}`))
    .find((folder) => existsSync(folder));
}

function readFolder(
  folder: string,
  wanted: (path: string) => boolean,
  below = "",
): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(join(folder, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    if (statSync(join(folder, path)).isDirectory()) {
      for (const [file, text] of readFolder(folder, wanted, path)) files.set(file, text);
    } else if (wanted(path)) {
      files.set(path, readFileSync(join(folder, path), "utf8"));
    }
  }
  return files;
}

/** The module's zip, from an earlier run or from a proxy, with the digest that go.sum demands. */
async function moduleArchive(): Promise<Uint8Array> {
  const cached = join(root, "reports/cache", `opa-${opaVersion()}.zip`);
  if (existsSync(cached)) return verified(readFileSync(cached));
  const missing: string[] = [];
  for (const proxy of moduleProxies()) {
    try {
      const response = await fetch(`${proxy}/${moduleName}/@v/${opaVersion()}.zip`);
      if (!response.ok) throw new Error(`status ${response.status}`);
      const archive = verified(new Uint8Array(await response.arrayBuffer()));
      mkdirSync(join(root, "reports/cache"), { recursive: true });
      writeFileSync(cached, archive);
      return archive;
    } catch (error) {
      missing.push(`a proxy of GOPROXY: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new ModuleUnavailable(
    `OPA's module ${opaVersion()} is missing: install Go, or name a module proxy in GOPROXY${missing.map((line) => `\n  ${line}`).join("")}`,
  );
}

function moduleProxies(): readonly string[] {
  const named = process.env["GOPROXY"] ?? "";
  const asked =
    named === "" ? spawnSync("go", ["env", "GOPROXY"], { encoding: "utf8" }).stdout : "";
  return (named || (asked ?? "").trim())
    .split(/[,|]/u)
    .filter((proxy) => proxy.startsWith("https://") || proxy.startsWith("http://"));
}

function unpack(archive: Uint8Array, wanted: (path: string) => boolean): Map<string, string> {
  const prefix = `${moduleName}@${opaVersion()}/`;
  const files = unzipSync(archive, {
    filter: ({ name }) => name.startsWith(prefix) && wanted(name.slice(prefix.length)),
  });
  const decoder = new TextDecoder();
  return new Map(
    Object.entries(files).map(([name, bytes]) => [
      name.slice(prefix.length),
      decoder.decode(bytes),
    ]),
  );
}

/** @see https://go.dev/ref/mod#go-sum-files for the hash `h1` */
function verified(archive: Uint8Array): Uint8Array {
  const lines = Object.entries(unzipSync(archive))
    .filter(([name]) => !name.endsWith("/"))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`);
  const digest = `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
  const sums = readFileSync(join(reactor, "go.sum"), "utf8");
  if (!sums.includes(`${moduleName} ${opaVersion()} ${digest}\n`)) {
    throw new Error("the archive is not the one that reactor/go.sum names");
  }
  return archive;
}
