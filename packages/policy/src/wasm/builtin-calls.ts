import type { BuiltinFunction } from "../builtins/builtin-function.ts";
import { parseRegoText, printRegoText } from "../rego/text.ts";

/** A builtin that a module imports, under the id that the module calls it by. */
export interface ImportedBuiltin {
  /** As the policy's author wrote it. */
  readonly name: string;
  readonly evaluate: BuiltinFunction;
}

/** The builtins of a module, by id. */
export type ImportedBuiltins = readonly (ImportedBuiltin | undefined)[];

/**
 * Calls builtins for one instance. A failure is kept and answered with Rego's undefined, so that no
 * exception passes through frames of WebAssembly, which would lose their stack for good.
 */
export class BuiltinCalls {
  readonly #builtins: ImportedBuiltins;
  #failed: string | undefined;

  constructor(builtins: ImportedBuiltins) {
    this.#builtins = builtins;
  }

  /** Name of the first builtin that failed since the last {@link reset}. */
  get failed(): string | undefined {
    return this.#failed;
  }

  /** Forgets the failure, before an evaluation. */
  reset(): void {
    this.#failed = undefined;
  }

  /**
   * @param texts - the arguments as `opa_value_dump` writes them.
   * @returns the result for `opa_value_parse`, or undefined.
   * @throws RangeError for an id that the module did not declare.
   */
  call(id: number, texts: readonly string[]): string | undefined {
    const builtin = this.#builtins[id];
    if (builtin === undefined) throw new RangeError("a builtin that the module does not declare");
    try {
      const value = builtin.evaluate(...texts.map(parseRegoText));
      return value === undefined ? undefined : printRegoText(value);
    } catch {
      this.#failed = builtin.name;
      return undefined;
    }
  }
}
