/**
 * Why a call of a model did not run:
 *
 * - `model_denied`: policy says no, or nobody could be asked; `codes` says why
 * - `parameters_unmet`: policy limits a parameter, and no model like this one could be made with it
 */
export type LangChainAdapterErrorCode = "model_denied" | "parameters_unmet";

const brand = Symbol.for("scopeward.LangChainAdapterError");

/** Thrown by the middleware in the place of a model's answer; LangChain gives it as a `cause`. */
export class LangChainAdapterError extends Error {
  override readonly name = "LangChainAdapterError";
  readonly code: LangChainAdapterErrorCode;
  /** The codes of the decision; empty for `parameters_unmet`. */
  readonly codes: readonly string[];

  constructor(code: LangChainAdapterErrorCode, message: string, codes: readonly string[] = []) {
    super(message);
    this.code = code;
    this.codes = codes;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a LangChainAdapterError, from whichever copy of this package. */
  static is(value: unknown): value is LangChainAdapterError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
