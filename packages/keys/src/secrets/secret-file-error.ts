/** What is wrong with a secret file. */
export type SecretFileErrorCode =
  /** There is none. */
  | "missing"
  /** Others may read or change it, it is no regular file, or it lies beside the data it protects. */
  | "unsafe"
  /** It is not what {@link secretFile} writes. */
  | "malformed"
  /** The system refused to read or write it. */
  | "inaccessible"
  /** Another process adds a version at this time, or was stopped while it did. */
  | "busy";

const brand = Symbol.for("scopeward.SecretFileError");

/** A secret file that cannot be used. The message names it, says what to do, and shows no secret. */
export class SecretFileError extends Error {
  override readonly name = "SecretFileError";
  readonly code: SecretFileErrorCode;

  constructor(code: SecretFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a SecretFileError, from whichever copy of this package. */
  static is(value: unknown): value is SecretFileError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
