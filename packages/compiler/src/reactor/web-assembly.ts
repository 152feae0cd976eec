/** A compiled module. */
export interface WasmModule {
  readonly [brand]: "module";
}

/** A module that runs. */
export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

declare const brand: unique symbol;

interface WebAssemblyApi {
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>;
  readonly instantiate: (module: WasmModule, imports: object) => Promise<WasmInstance>;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
}

/**
 * The host's WebAssembly, as far as it is used. TypeScript declares it with the browser's library
 * only, which would bring a thousand names that Node does not have.
 */
export const webAssembly: WebAssemblyApi = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
).WebAssembly;
