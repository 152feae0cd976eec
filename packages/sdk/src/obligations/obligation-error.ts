/** Why a built-in obligation could not be carried out. */
export type ObligationErrorCode =
  /** Its parameters say nothing that can be done, such as a pattern that does not compile. */
  | "parameters_invalid"
  /** The value is not plain JSON, so nobody can say what else it holds. */
  | "not_plain"
  /** The text is no JSON, so there are no members to find in it. */
  | "not_json"
  /** What it is about is too large, too deep, or takes too long to search. */
  | "too_large"
  /** It makes no sense for this action. */
  | "wrong_action"
  /** Nobody was named who could be told. */
  | "nobody_to_tell";

const brand = Symbol.for("scopeward.ObligationError");

/** A duty that was not done: the Enforcer denies the call or withholds its result. */
export class ObligationError extends Error {
  override readonly name = "ObligationError";
  readonly code: ObligationErrorCode;

  constructor(code: ObligationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is an ObligationError, from whichever copy of this package. */
  static is(value: unknown): value is ObligationError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
