import type { Problem } from "@scopeward/core";
import { bundleProblem } from "./evaluator-options.ts";
import type { EvaluatorLimits, WasmBundle } from "./evaluator-options.ts";
import { initialMemoryPages } from "./initial-memory.ts";
import type { ImageSource } from "./policy-image.ts";
import { pageBytes, webAssembly } from "./web-assembly.ts";

/** A bundle whose module is compiled; it can be sent to a worker. */
export interface CompiledPolicy {
  readonly source: ImageSource;
  readonly dataText: string;
  readonly revision: string;
  readonly requiredEntrypoints: readonly string[];
}

/** A compiled bundle, or why it is not WebAssembly that can run here. */
export type Compilation =
  | { readonly kind: "compiled"; readonly policy: CompiledPolicy }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

const defaultMemoryBytes = 64 * 2 ** 20;
const mostPages = 65_536;

/**
 * Compiles the module of a bundle, off this thread.
 * @throws RangeError if `memoryBytes` is no positive number.
 */
export async function compilePolicy(
  bundle: WasmBundle,
  limits: EvaluatorLimits = {},
): Promise<Compilation> {
  const { memoryBytes = defaultMemoryBytes } = limits;
  if (!(memoryBytes > 0)) throw new RangeError("`memoryBytes` must be a positive number");
  const maximumPages = Math.min(mostPages, Math.floor(memoryBytes / pageBytes));
  const pages = initialMemoryPages(bundle.wasm) ?? 1;
  if (pages > maximumPages) {
    return refused("memory_exceeded", `needs ${pages * pageBytes} bytes of memory to begin with`);
  }
  try {
    const module = await webAssembly.compile(bundle.wasm);
    return {
      kind: "compiled",
      policy: {
        source: { module, pages, maximumPages },
        dataText: bundle.dataText,
        revision: bundle.revision,
        requiredEntrypoints: bundle.entrypoints ?? [],
      },
    };
  } catch {
    return refused("wasm_invalid", "is not a WebAssembly module");
  }
}

function refused(code: string, message: string): Compilation {
  return { kind: "refused", problems: [bundleProblem(code, message, "policy.wasm")] };
}
