import { expect, test } from "vitest";
import { openWasmEvaluator } from "../../src/wasm/open-evaluator.ts";
import type { EvaluatorOptions } from "../../src/wasm/evaluator-options.ts";
import { globalExports, globals, memoryImport, moduleOf } from "./module-bytes.ts";

async function refusal(wasm: Uint8Array, options?: EvaluatorOptions): Promise<readonly string[]> {
  const bundle = { wasm, dataText: "{}", revision: "sha256:0" };
  const opened = await openWasmEvaluator(bundle, options);
  return opened.kind === "refused" ? opened.problems.map(({ code }) => code) : [];
}

function abi(major: number, minor: number): Uint8Array {
  return moduleOf(
    memoryImport(2),
    globals(major, minor),
    globalExports("opa_wasm_abi_version", "opa_wasm_abi_minor_version"),
  );
}

test.for([
  ["nothing", new Uint8Array()],
  ["text", new TextEncoder().encode("package scopeward")],
  ["a header alone of another version", Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0)],
  ["a module cut short", abi(1, 2).subarray(0, 20)],
] as const)("%s is `wasm_invalid`", async ([, bytes]) => {
  expect(await refusal(bytes)).toEqual(["wasm_invalid"]);
});

test("a module that imports what nobody has is `wasm_invalid`", async () => {
  const imports = [2, 1, 3, ...Buffer.from("env"), 4, ...Buffer.from("sock"), 3, 0x7f, 0];
  expect(await refusal(moduleOf(imports))).toEqual(["wasm_invalid"]);
});

test.for([
  ["no version", moduleOf()],
  ["version 0.2", abi(0, 2)],
  ["version 1.1", abi(1, 1)],
  ["version 2.2", abi(2, 2)],
  ["version 1.2 without its functions", abi(1, 2)],
] as const)("a module of %s is `abi_unsupported`", async ([, bytes]) => {
  expect(await refusal(bytes)).toEqual(["abi_unsupported"]);
});

test("a module that asks for more memory than the limit is `memory_exceeded`", async () => {
  expect(await refusal(moduleOf(memoryImport(1_025)))).toEqual(["memory_exceeded"]);
  const limits = { memoryBytes: 1_025 * 65_536 };
  expect(await refusal(moduleOf(memoryImport(1_025)), { limits })).toEqual(["abi_unsupported"]);
});
