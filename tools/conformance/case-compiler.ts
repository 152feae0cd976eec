import { loadArtefact } from "../../packages/compiler/src/reactor/artefact.ts";
import { openReactor } from "../../packages/compiler/src/reactor/reactor.ts";
import type { Reactor } from "../../packages/compiler/src/reactor/reactor.ts";
import { hostBuiltins } from "@scopeward/policy";
import type { Problem } from "@scopeward/core";
import type { ConformanceCase } from "./conformance-case.ts";
import { jsonText } from "./conformance-case.ts";

/** A case as WebAssembly, or what OPA's compiler said of it. */
export type CompiledCase =
  | {
      readonly kind: "compiled";
      readonly wasm: Uint8Array;
      readonly dataText: string;
      readonly entrypoint: string;
    }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Compiles the query of a case with the compiler of this repository. */
export interface CaseCompiler {
  compile(each: ConformanceCase): Promise<CompiledCase>;
  /** The input of a case as the evaluator reads it; empty where there is none. */
  inputText(each: ConformanceCase): string;
}

interface CompiledQuery {
  readonly problems?: readonly Problem[];
  readonly wasm?: string;
  readonly data?: unknown;
  readonly entrypoint?: string;
}

/** Loads the compiler into this thread. */
export async function openCaseCompiler(): Promise<CaseCompiler> {
  const artefact = await loadArtefact();
  const open = async (): Promise<Reactor> =>
    await openReactor(artefact, () => JSON.stringify({ error: "there is no plugin here" }));
  let reactor = await open();
  return {
    inputText({ input = "", inputTerm }) {
      if (inputTerm === undefined) return input;
      // A term may have comments and trailing commas; what OPA prints has not.
      // Inside of a list, because a text by itself is printed without its quotes.
      const query = `sprintf("%v", [[${inputTerm}]])`;
      const { value } = reactor.call({ op: "evaluate", query }) as { readonly value: string };
      return value.slice(1, -1);
    },
    async compile({ modules, query, data }) {
      // Without the detour, integers beyond 2^53 would lose their digits in JSON.stringify.
      const dataText = jsonText(data ?? {});
      try {
        const answer = reactor.call({
          op: "compile-query",
          modules,
          query,
          hostBuiltins,
        }) as CompiledQuery;
        return decode(answer, dataText);
      } catch (error) {
        reactor = await open();
        const message = error instanceof Error ? error.message : String(error);
        return {
          kind: "refused",
          problems: [{ severity: "error", code: "compiler_failed", message }],
        };
      }
    },
  };
}

function decode({ problems, wasm, entrypoint }: CompiledQuery, dataText: string): CompiledCase {
  if (wasm === undefined || entrypoint === undefined) {
    return { kind: "refused", problems: problems ?? [] };
  }
  return { kind: "compiled", wasm: Buffer.from(wasm, "base64"), dataText, entrypoint };
}
