/**
 * How many pages of 64 KiB a module asks for: the minimum of the memory that it imports. JavaScript's
 * own reflection does not tell it, and a module with large constants does not link with less.
 *
 * @returns undefined if the module imports no memory, or its import section cannot be read.
 */
export function importedMemoryPages(wasm: Uint8Array): number | undefined {
  try {
    const reader = new SectionReader(wasm, 8);
    while (!reader.atEnd) {
      const id = reader.byte();
      const size = reader.unsigned();
      if (id === 2) return memoryOf(reader);
      reader.skip(size);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function memoryOf(reader: SectionReader): number | undefined {
  const count = reader.unsigned();
  for (let index = 0; index < count; index++) {
    reader.skip(reader.unsigned()); // module
    reader.skip(reader.unsigned()); // name
    const kind = reader.byte();
    if (kind === 2) {
      reader.byte(); // flags
      return reader.unsigned();
    }
    if (kind === 0) {
      reader.unsigned(); // type index
    } else if (kind === 3) {
      reader.skip(2); // value type, mutability
    } else {
      return undefined; // OPA imports no tables
    }
  }
  return undefined;
}

/** Bytes and LEB128 numbers of a WebAssembly binary. RangeError past the end. */
class SectionReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError("past the end");
    return byte;
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("number too long");
  }

  skip(count: number): void {
    this.#at += count;
  }
}
