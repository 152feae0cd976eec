/** Bytes and LEB128 numbers of a WebAssembly binary. RangeError past the end. */
export class SectionReader {
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

  /** An address, which the binary writes as a signed number of 32 bits. */
  address(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      const isNegative = shift < 28 && (byte & 0x40) !== 0;
      return (isNegative ? value | (-1 << (shift + 7)) : value) >>> 0;
    }
    throw new RangeError("number too long");
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length) throw new RangeError("past the end");
  }

  /** A reader of the next bytes alone, which are skipped here. */
  section(size: number): SectionReader {
    const start = this.#at;
    this.skip(size);
    return new SectionReader(this.#bytes.subarray(0, this.#at), start);
  }
}
