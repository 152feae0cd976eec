import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { importedMemoryPages } from "../../src/wasm/memory-import.ts";
import { globals, memoryImport, moduleOf } from "./module-bytes.ts";

const pages = fc.integer({ min: 0, max: 65_536 });

test.prop([pages])("the minimum of the imported memory is found", (minimum) => {
  expect(importedMemoryPages(moduleOf(globals(1), memoryImport(minimum)))).toBe(minimum);
});

test.prop([fc.uint8Array()])(
  "bytes that are no module have none, and nothing is thrown",
  (bytes) => {
    const result = importedMemoryPages(bytes);
    expect(result === undefined || result >= 0).toBe(true);
  },
);

test.prop([fc.nat(30)])("a module cut short has none", (length) => {
  const bytes = moduleOf(globals(1), memoryImport(200));
  const cut = bytes.subarray(0, Math.min(length, bytes.length - 2));
  expect(importedMemoryPages(cut)).toBeUndefined();
});
