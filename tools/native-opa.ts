// Holds the decisions of the shipped evaluator against those of native OPA on the same bundle, for
// generated requests. Needs Go, which builds the pinned OPA; not part of the tests.
// `node tools/native-opa.ts [requests]`
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { fileURLToPath } from "node:url";
import { openCompiler } from "@scopeward/compiler";
import { hostBuiltins, openPolicy, readPolicyFolder } from "@scopeward/policy";
import { fc } from "@fast-check/vitest";
import { decisionJson } from "../packages/scopeward/src/decision-json.ts";
import { accessRequests, referenceVocabulary } from "../test/properties/access-request.ts";
import { opaVersion } from "./conformance/opa-module.ts";
import { freePort } from "./servers/free-port.ts";

const count = Number(process.argv[2] ?? 2000);
const folder = mkdtempSync(join(tmpdir(), "scopeward-opa-"));
try {
  process.exitCode = await compare();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compare(): Promise<number> {
  const bundle = await buildReference();
  const file = join(folder, "bundle.tar.gz");
  writeFileSync(file, bundle);
  const loaded = await openPolicy(bundle, {});
  if (loaded.kind === "refused") throw new Error(JSON.stringify(loaded.problems));
  const policy = loaded.value;
  const native = await startOpa(file);
  const effects = new Map<string, number>();
  let different = 0;
  try {
    const requests = fc.sample(accessRequests(policy.catalogue, referenceVocabulary), {
      numRuns: count,
      seed: 20_260_131,
    });
    for (const request of requests) {
      const decision = policy.decide(request);
      const ours = decisionJson(decision);
      const theirs = await native.decide(request);
      effects.set(decision.effect, (effects.get(decision.effect) ?? 0) + 1);
      if (isDeepStrictEqual(JSON.parse(JSON.stringify(ours)), theirs)) continue;
      different += 1;
      if (different <= 3) console.error({ request, ours, theirs });
    }
  } finally {
    native.stop();
    policy.close();
  }
  const kinds = [...effects].map(([effect, times]) => `${times} ${effect}`).join(", ");
  console.log(`${count} requests (${kinds}): ${count - different} equal, ${different} different`);
  return different === 0 ? 0 : 1;
}

async function buildReference(): Promise<Uint8Array> {
  const read = await readPolicyFolder(fileURLToPath(new URL("../policies", import.meta.url)));
  if (read.kind === "unreadable") throw new Error(JSON.stringify(read.problems));
  const compiler = await openCompiler({ hostBuiltins, pluginBuiltins: [], pluginModules: [] });
  try {
    const built = await compiler.build({ files: read.files });
    if (built.kind === "refused") throw new Error(JSON.stringify(built.problems));
    return built.bundle;
  } finally {
    await compiler.close();
  }
}

interface NativeOpa {
  decide(request: unknown): Promise<unknown>;
  stop(): void;
}

async function startOpa(bundle: string): Promise<NativeOpa> {
  const install = spawnSync("go", ["install", `github.com/open-policy-agent/opa@${opaVersion()}`], {
    env: { ...process.env, GOBIN: folder, GOFLAGS: "" },
    stdio: ["ignore", 2, 2],
  });
  if (install.status !== 0) throw new Error("Go, which builds native OPA, is missing or failed");
  const address = `127.0.0.1:${await freePort()}`;
  const options = ["--server", "--addr", address, "--skip-version-check", "--bundle", bundle];
  const child = spawn(join(folder, "opa"), ["run", ...options], { stdio: "ignore" });
  await untilHealthy(`http://${address}/health?bundles`);
  return {
    async decide(input) {
      const response = await fetch(`http://${address}/v1/data/scopeward/decision`, {
        method: "POST",
        body: JSON.stringify({ input }),
      });
      const { result } = (await response.json()) as { readonly result?: unknown };
      return result;
    },
    stop: () => void child.kill(),
  };
}

async function untilHealthy(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const isHealthy = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isHealthy) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("native OPA does not answer");
}
