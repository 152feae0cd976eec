/** Why the keys cannot be used; `not_allowed`: not read by the one who asks, see `Keys.as`. */
export type KeysErrorCode = "store_unavailable" | "pepper_unavailable" | "closed" | "not_allowed";

const brand = Symbol.for("scopeward.KeysError");

/** A fault: the keys could not be asked, so nothing is known about them. The message is for the operator. */
export class KeysError extends Error {
  override readonly name = "KeysError";
  readonly code: KeysErrorCode;

  constructor(code: KeysErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a KeysError, from whichever copy of this package. */
  static is(value: unknown): value is KeysError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
