import { BuiltinCalls, type ImportedBuiltins } from "./builtin-calls.ts";
import { policyExports, type PolicyExports } from "./policy-exports.ts";
import { PolicyAbort } from "./policy-abort.ts";
import { TextMemory } from "./text-memory.ts";
import { webAssembly, type WasmMemory, type WasmModule } from "./web-assembly.ts";

/** Where an evaluation finds what was loaded before it. */
export interface LoadedHeap {
  /** Address of the base documents. */
  readonly data: number;
  /** First address that an evaluation may use. */
  readonly free: number;
}

// A message of OPA's is short; a module that is not OPA's shall not fill a decision.
const maximumAbortBytes = 300;

/**
 * One instance of a policy module. After anything that it throws it must not be used again: an
 * exception leaves the frames that it passed on WebAssembly's own stack.
 */
export class PolicyInstance {
  readonly memory: TextMemory;
  readonly exports: PolicyExports;
  readonly #wasmMemory: WasmMemory;
  readonly #calls: BuiltinCalls;

  /**
   * @throws PolicyAbort if the module is not of OPA's ABI, and what WebAssembly throws when it cannot
   *   be linked or started.
   */
  constructor(module: WasmModule, memory: WasmMemory, builtins: ImportedBuiltins) {
    this.memory = new TextMemory(memory);
    this.#wasmMemory = memory;
    this.#calls = new BuiltinCalls(builtins);
    const instance = new webAssembly.Instance(module, { env: this.#imports(memory) });
    const exports = policyExports(instance);
    if (exports === undefined) throw new PolicyAbort("unsupported_abi", "another ABI");
    this.exports = exports;
  }

  /** Another instance in the memory of this one, which must not be used any more. */
  renew(module: WasmModule, builtins: ImportedBuiltins): PolicyInstance {
    return new PolicyInstance(module, this.#wasmMemory, builtins);
  }

  /** Name of the builtin that made the last evaluation fail. */
  get failedBuiltin(): string | undefined {
    return this.#calls.failed;
  }

  /**
   * @param input - JSON text; empty for no input at all.
   * @returns Rego text of the result set: `set()`, or `{{"result": …}}`.
   */
  evaluate(entrypoint: number, heap: LoadedHeap, input: string): string {
    this.#calls.reset();
    const address = this.#room(heap, input);
    const length = this.memory.write(input, address);
    const result = this.exports.opa_eval(
      0,
      entrypoint,
      heap.data,
      address,
      length,
      address + length,
      1,
    );
    return this.memory.read(result);
  }

  /** Address of the value that a JSON text stands for; 0 if it is not JSON. */
  parseJson(text: string): number {
    const address = this.exports.opa_malloc(Buffer.byteLength(text)) >>> 0;
    return this.exports.opa_json_parse(address, this.memory.write(text, address));
  }

  /** The value at an address as JSON text. */
  jsonText(value: number): string {
    return this.memory.read(this.exports.opa_json_dump(value));
  }

  #room({ free }: LoadedHeap, text: string): number {
    const room = this.memory.byteLength - free;
    // A UTF-16 unit takes at most three bytes, so most texts need not be counted.
    if (text.length * 3 <= room) return free;
    const bytes = Buffer.byteLength(text);
    if (bytes <= room) return free;
    // OPA keeps the end of its heap itself, so the memory grows through its allocator.
    this.exports.opa_heap_ptr_set(free);
    return this.exports.opa_malloc(bytes) >>> 0;
  }

  #imports(memory: WasmMemory): Readonly<Record<string, unknown>> {
    return {
      memory,
      opa_abort: (message: number): never => {
        throw new PolicyAbort("aborted", this.memory.read(message, maximumAbortBytes));
      },
      opa_println: (): void => undefined,
      opa_builtin0: (id: number): number => this.#call(id, []),
      opa_builtin1: (id: number, _context: number, a: number): number => this.#call(id, [a]),
      opa_builtin2: (id: number, _context: number, a: number, b: number): number =>
        this.#call(id, [a, b]),
      opa_builtin3: (id: number, _context: number, a: number, b: number, c: number): number =>
        this.#call(id, [a, b, c]),
      opa_builtin4: (
        id: number,
        _context: number,
        a: number,
        b: number,
        c: number,
        d: number,
      ): number => this.#call(id, [a, b, c, d]),
    };
  }

  #call(id: number, operands: readonly number[]): number {
    // The evaluation has failed already, and what it goes on to compute is thrown away.
    if (this.#calls.failed !== undefined) return 0;
    const result = this.#calls.call(
      id,
      operands.map((operand) => this.#dump(operand)),
    );
    return result === undefined ? 0 : this.#parse(result);
  }

  #dump(value: number): string {
    const address = this.exports.opa_value_dump(value);
    const text = this.memory.read(address);
    this.exports.opa_free(address);
    return text;
  }

  #parse(text: string): number {
    const address = this.exports.opa_malloc(Buffer.byteLength(text)) >>> 0;
    const value = this.exports.opa_value_parse(address, this.memory.write(text, address));
    this.exports.opa_free(address);
    if (value === 0) throw new PolicyAbort("aborted", "the result of a builtin was not understood");
    return value;
  }
}
