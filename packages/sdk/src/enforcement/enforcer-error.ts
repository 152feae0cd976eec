/**
 * Why a result that comes piece by piece ended early:
 *
 * - `engine:obligation_failed`: a duty on the result failed, so the rest is withheld
 * - `engine:audit_unavailable`: it ended well, but its outcome could not be written down
 */
export type EnforcerErrorCode = "engine:obligation_failed" | "engine:audit_unavailable";

const brand = Symbol.for("scopeward.EnforcerError");

/** Thrown by the async iterable that `execute` answers with, where a value could be a deny instead. */
export class EnforcerError extends Error {
  override readonly name = "EnforcerError";
  readonly code: EnforcerErrorCode;
  /** Joins it to the entries in the audit log. */
  readonly decisionId: string;

  constructor(code: EnforcerErrorCode, decisionId: string, options?: ErrorOptions) {
    super(`the rest of the result is withheld (${code}, decision ${decisionId})`, options);
    this.code = code;
    this.decisionId = decisionId;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is an EnforcerError, from whichever copy of this package. */
  static is(value: unknown): value is EnforcerError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
