/**
 * Why an operation gave no result, whatever the sources say:
 *
 * - `artefact_invalid`: the compiler's WebAssembly module is missing, damaged or not the one described
 * - `closed`: the compiler was closed
 * - `crashed`: the module trapped, ran out of stack or memory, or its thread ended; the next operation
 *   gets a new one
 * - `failed`: the module reports a defect of its own or of the request, such as a plugin builtin that
 *   takes the name of one of OPA's
 * - `plugin_unusable`: a plugin's module cannot be imported, or default-exports no plugin
 * - `timeout`: the operation took longer than the hard limit and was ended; the next one gets a new thread
 */
export type CompilerErrorCode =
  | "artefact_invalid"
  | "closed"
  | "crashed"
  | "failed"
  | "plugin_unusable"
  | "timeout";

const brand = Symbol.for("scopeward.CompilerError");

/** A fault of the compiler itself; mistakes in sources are part of its results. */
export class CompilerError extends Error {
  override readonly name = "CompilerError";
  readonly code: CompilerErrorCode;

  constructor(code: CompilerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a CompilerError, from whichever copy of this package. */
  static is(value: unknown): value is CompilerError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
