import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { initialMemoryPages } from "../../src/wasm/initial-memory.ts";
import { dataSegments, globals, memoryImport, moduleOf } from "./module-bytes.ts";

const pages = fc.integer({ min: 0, max: 65_536 });

test.prop([pages])("the minimum of the imported memory is found", (minimum) => {
  expect(initialMemoryPages(moduleOf(globals(1), memoryImport(minimum)))).toBe(minimum);
});

test.prop([fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 200 })])(
  "constants have room, wherever they lie",
  (address, size) => {
    const module = moduleOf(memoryImport(4), dataSegments([0, 1], [address, size]));
    expect(initialMemoryPages(module)).toBe(Math.max(4, Math.ceil((address + size) / 65_536)));
  },
);

it("segments of another kind are not guessed at", () => {
  expect(initialMemoryPages(moduleOf(memoryImport(4), [11, 1, 1, 0]))).toBeUndefined();
});

test.prop([fc.uint8Array()])(
  "bytes that are no module have none, and nothing is thrown",
  (bytes) => {
    const result = initialMemoryPages(bytes);
    expect(result === undefined || result >= 0).toBe(true);
  },
);

test.prop([fc.nat(30)])("a module cut short has none", (length) => {
  const bytes = moduleOf(globals(1), memoryImport(200));
  const cut = bytes.subarray(0, Math.min(length, bytes.length - 2));
  expect(initialMemoryPages(cut)).toBeUndefined();
});
