// Builds the compiler's WebAssembly module from its Go sources: the same bytes wherever the repository lies.
//
//   node tools/build-reactor.ts                writes packages/compiler/artefact
//   node tools/build-reactor.ts --quality 5    the same, compressed in seconds instead of minutes
//   node tools/build-reactor.ts --check        builds and compares with what is there
//
// Needs Go; the version that go.mod names is fetched by Go itself.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { collectLicences } from "./reactor-licences.ts";
import { readReactorSources } from "./reactor-sources.ts";

const reactor = fileURLToPath(new URL("../packages/compiler/reactor", import.meta.url));
const artefact = fileURLToPath(new URL("../packages/compiler/artefact", import.meta.url));

const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    quality: { type: "string", default: String(constants.BROTLI_MAX_QUALITY) },
  },
});

const sources = readReactorSources(reactor);
// Whatever the machine's own settings are, these decide about the bytes.
const environment = {
  ...process.env,
  CGO_ENABLED: "0",
  GOARCH: "wasm",
  GOEXPERIMENT: "",
  GOFLAGS: "-mod=readonly",
  GOOS: "wasip1",
  GOTOOLCHAIN: `go${sources.go}`,
  GOWASM: "",
  GOWORK: "off",
};

function go(...args: string[]): string {
  const { status, stdout, error } = spawnSync("go", args, {
    cwd: reactor,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  if (error !== undefined)
    throw new Error("`go` cannot be run: is Go installed?", { cause: error });
  if (status !== 0) throw new Error(`\`go ${args[0] ?? ""}\` ended with ${String(status)}`);
  return stdout;
}

function buildModule(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "reactor-"));
  try {
    const file = join(folder, "opa.wasm");
    go(
      "build",
      "-buildmode=c-shared",
      "-buildvcs=false",
      "-trimpath",
      "-ldflags=-s -w",
      "-o",
      file,
      ".",
    );
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compress(module: Buffer): Buffer {
  return brotliCompressSync(module, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: Number(options.quality),
      [constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
      // 64 MiB: the whole module is in sight.
      [constants.BROTLI_PARAM_LGWIN]: 26,
      [constants.BROTLI_PARAM_SIZE_HINT]: module.length,
    },
  });
}

const module = buildModule();
const description = {
  sha256: createHash("sha256").update(module).digest("hex"),
  bytes: module.length,
  opa: sources.opa,
  go: sources.go,
  sources: sources.digest,
};
const text = `${JSON.stringify(description, null, 2)}\n`;

if (options.check) {
  if (text !== readFileSync(join(artefact, "opa.json"), "utf8")) {
    console.error(
      `packages/compiler/artefact is not what its sources give; rebuild it with \`pnpm run reactor\`. Built just now:\n${text}`,
    );
    process.exitCode = 1;
  } else {
    console.log(`equal: sha256 ${description.sha256}`);
  }
} else {
  mkdirSync(artefact, { recursive: true });
  for (const [name, content] of Object.entries(collectLicences(go))) {
    writeFileSync(join(artefact, name), content);
  }
  writeFileSync(join(artefact, "opa.wasm.br"), compress(module));
  writeFileSync(join(artefact, "opa.json"), text);
  const megabytes = statSync(join(artefact, "opa.wasm.br")).size / 1e6;
  console.log(`sha256 ${description.sha256}, ${megabytes.toFixed(2)} MB compressed`);
}
