import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readReactorSources } from "../../tools/reactor-sources.ts";

const root = new URL("../../", import.meta.url);
const reactor = fileURLToPath(new URL("packages/compiler/reactor", root));
const sources = readReactorSources(reactor);

/** The Go that the reactor names, if it can be had. */
function toolchains(): string[] {
  const toolchain = `go${sources.go}`;
  const { status } = spawnSync("go", ["version"], {
    cwd: reactor,
    env: { ...process.env, GOTOOLCHAIN: toolchain },
  });
  return status === 0 ? [toolchain] : [];
}

describe("the compiler's WebAssembly module", () => {
  test("was built from the Go sources that are beside it", () => {
    const description = readFileSync(new URL("packages/compiler/artefact/opa.json", root), "utf8");
    expect(JSON.parse(description)).toMatchObject({
      sources: sources.digest,
      opa: sources.opa,
      go: sources.go,
    });
  });

  // Everybody has the module, few have Go: there it has to come out the same, byte for byte.
  test.each(toolchains())("is what %s makes of these sources", { timeout: 600_000 }, () => {
    const { status, stderr } = spawnSync(process.execPath, ["tools/build-reactor.ts", "--check"], {
      cwd: fileURLToPath(root),
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
  });
});
