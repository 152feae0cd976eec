/** The emscripten module below `libpg-query`, which declares no types for it. */
declare module "libpg-query/wasm/libpg-query.js" {
  /** Makes an instance of the parser with a memory of its own. */
  export default function instantiate(): Promise<unknown>;
}
