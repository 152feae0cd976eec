import type { WasmMemory } from "./web-assembly.ts";

/** Text in the memory of a WebAssembly instance, which moves whenever it grows. */
export class TextMemory {
  readonly #memory: WasmMemory;
  #bytes: Buffer;

  constructor(memory: WasmMemory) {
    this.#memory = memory;
    this.#bytes = Buffer.from(memory.buffer);
  }

  /** As large as it is now. */
  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /** A view on all bytes; valid until the instance runs again. */
  get bytes(): Buffer {
    if (this.#bytes.buffer !== this.#memory.buffer) {
      this.#bytes = Buffer.from(this.#memory.buffer);
    }
    return this.#bytes;
  }

  /**
   * Writes UTF-8 at an address; the caller has made sure that it fits.
   * @returns the number of bytes.
   */
  write(text: string, address: number): number {
    return this.bytes.write(text, address);
  }

  /**
   * The text from an address to the next NUL.
   * @param maximum - bytes after which it is cut.
   * @throws RangeError if there is no NUL in the memory.
   */
  read(address: number, maximum?: number): string {
    const start = address >>> 0;
    const end = this.bytes.indexOf(0, start);
    if (end === -1) throw new RangeError("text without an end");
    const cut = maximum === undefined ? end : Math.min(end, start + maximum);
    return this.#bytes.toString("utf8", start, cut);
  }
}
