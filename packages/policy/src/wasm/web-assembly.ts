/** A compiled module; it can be sent to a worker. */
export interface WasmModule {
  readonly [brand]: "module";
}

/** Memory of an instance; its buffer is another one after it has grown. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** A global of a module. */
export interface WasmGlobal {
  readonly value: unknown;
}

/** A module that runs. */
export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

declare const brand: unique symbol;

interface WebAssemblyApi {
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>;
  readonly Instance: new (
    module: WasmModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
  readonly Memory: new (pages: {
    readonly initial: number;
    readonly maximum: number;
  }) => WasmMemory;
  readonly Global: new (...options: readonly never[]) => WasmGlobal;
}

/**
 * The host's WebAssembly, as far as it is used. TypeScript declares it with the browser's library
 * only, which would bring a thousand names that Node does not have.
 */
export const webAssembly: WebAssemblyApi = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
).WebAssembly;

/** Bytes of a page of memory. */
export const pageBytes = 65_536;
