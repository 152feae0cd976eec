import { webAssembly, type WasmInstance } from "./web-assembly.ts";

/** What a module of OPA's ABI 1.2 or later exports, as far as it is used. Addresses are 32 bits. */
export interface PolicyExports {
  readonly opa_eval: (
    reserved: 0,
    entrypoint: number,
    data: number,
    input: number,
    inputLength: number,
    heap: number,
    format: 0 | 1,
  ) => number;
  readonly opa_malloc: (size: number) => number;
  readonly opa_free: (address: number) => void;
  readonly opa_heap_ptr_get: () => number;
  readonly opa_heap_ptr_set: (address: number) => void;
  readonly opa_json_parse: (text: number, length: number) => number;
  readonly opa_json_dump: (value: number) => number;
  readonly opa_value_parse: (text: number, length: number) => number;
  readonly opa_value_dump: (value: number) => number;
  readonly builtins: () => number;
  readonly entrypoints: () => number;
}

const functions: readonly (keyof PolicyExports)[] = [
  "opa_eval",
  "opa_malloc",
  "opa_free",
  "opa_heap_ptr_get",
  "opa_heap_ptr_set",
  "opa_json_parse",
  "opa_json_dump",
  "opa_value_parse",
  "opa_value_dump",
  "builtins",
  "entrypoints",
];

/** The exports of an instance, if it is one of OPA's ABI 1.2 or a later 1.x. */
export function policyExports({ exports }: WasmInstance): PolicyExports | undefined {
  const major = globalValue(exports["opa_wasm_abi_version"]);
  const minor = globalValue(exports["opa_wasm_abi_minor_version"]);
  if (major !== 1 || minor === undefined || minor < 2) return undefined;
  if (functions.some((name) => typeof exports[name] !== "function")) return undefined;
  return exports as unknown as PolicyExports;
}

function globalValue(value: unknown): number | undefined {
  if (!(value instanceof webAssembly.Global)) return undefined;
  return typeof value.value === "number" ? value.value : undefined;
}
