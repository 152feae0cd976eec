/** A WebAssembly binary of the sections given, each `[id, ...content]`. */
export function moduleOf(...sections: readonly (readonly number[])[]): Uint8Array {
  const body = sections.flatMap(([id, ...content]) => [id!, ...leb(content.length), ...content]);
  return Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...body);
}

/** Imports `env.memory` with a minimum of pages. */
export function memoryImport(pages: number): readonly number[] {
  return [2, 1, ...name("env"), ...name("memory"), 2, 0, ...leb(pages)];
}

/** Immutable i32 globals. */
export function globals(...values: readonly number[]): readonly number[] {
  return [6, values.length, ...values.flatMap((value) => [0x7f, 0, 0x41, value, 0x0b])];
}

/** Exports globals by name, in their order. */
export function globalExports(...names: readonly string[]): readonly number[] {
  return [7, names.length, ...names.flatMap((each, index) => [...name(each), 3, index])];
}

/** Constants of memory 0, each at an address and as many zeros as it says. */
export function dataSegments(
  ...segments: readonly (readonly [address: number, size: number])[]
): readonly number[] {
  return [
    11,
    segments.length,
    ...segments.flatMap(([address, size]) => [
      0,
      0x41,
      ...signedLeb(address | 0),
      0x0b,
      ...leb(size),
      ...Array.from({ length: size }, () => 0),
    ]),
  ];
}

function signedLeb(value: number): readonly number[] {
  const isLast = value >= -64 && value < 64;
  return isLast ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signedLeb(value >> 7)];
}

function name(text: string): readonly number[] {
  return [text.length, ...Buffer.from(text)];
}

function leb(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
