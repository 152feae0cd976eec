import type { ImportedBuiltins } from "./builtin-calls.ts";
import { PolicyAbort } from "./policy-abort.ts";
import { PolicyInstance, type LoadedHeap } from "./policy-instance.ts";
import { pageBytes, webAssembly, type WasmModule } from "./web-assembly.ts";

/** What makes instances: a module and the pages of memory that it gets. */
export interface ImageSource {
  readonly module: WasmModule;
  /** Pages that the module asks for. */
  readonly pages: number;
  /** Pages beyond which its memory does not grow. */
  readonly maximumPages: number;
}

/**
 * A policy with its data loaded, as a copy of the memory that the first instance had then. Another
 * instance costs a copy of that, however long the data took to parse.
 */
export class PolicyImage {
  readonly #source: ImageSource;
  readonly #builtins: ImportedBuiltins;
  readonly #bytes: Uint8Array;
  readonly #pages: number;
  readonly heap: LoadedHeap;

  private constructor(
    source: ImageSource,
    builtins: ImportedBuiltins,
    loaded: PolicyInstance,
    heap: LoadedHeap,
  ) {
    this.#source = source;
    this.#builtins = builtins;
    this.#bytes = Uint8Array.from(loaded.memory.bytes.subarray(0, heap.free));
    this.#pages = loaded.memory.byteLength / pageBytes;
    this.heap = heap;
  }

  /**
   * Parses the data in a first instance, and copies its memory.
   * @throws PolicyAbort if the data is not JSON or does not fit.
   */
  static load(source: ImageSource, builtins: ImportedBuiltins, dataText: string): PolicyImage {
    const first = newInstance(source, builtins);
    const data = first.parseJson(dataText);
    if (data === 0) throw new PolicyAbort("aborted", "not JSON");
    const free = first.exports.opa_heap_ptr_get() >>> 0;
    return new PolicyImage(source, builtins, first, { data, free });
  }

  /** Bytes of memory that an instance has before it evaluates. */
  get byteLength(): number {
    return this.#pages * pageBytes;
  }

  /**
   * @param spent - an instance that threw: its memory serves again, all that was loaded written anew,
   *   unless it has grown. Allocating memory is most of what an instance costs.
   * @throws RangeError if the host has no memory for it.
   */
  instantiate(spent?: PolicyInstance): PolicyInstance {
    // The same size as then: OPA's allocator, which is in the copy, remembers the end of the memory.
    const instance =
      spent?.memory.byteLength === this.byteLength
        ? spent.renew(this.#source.module, this.#builtins)
        : newInstance({ ...this.#source, pages: this.#pages }, this.#builtins);
    instance.memory.bytes.set(this.#bytes);
    return instance;
  }
}

/**
 * An instance without data.
 * @throws PolicyAbort if the module is not of OPA's ABI, and what WebAssembly throws when it cannot
 *   be linked or started.
 */
export function newInstance(
  { module, pages, maximumPages }: ImageSource,
  builtins: ImportedBuiltins,
): PolicyInstance {
  const memory = new webAssembly.Memory({ initial: pages, maximum: maximumPages });
  return new PolicyInstance(module, memory, builtins);
}
