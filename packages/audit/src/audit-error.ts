/** Why an audit log could not be read. */
export type AuditErrorCode = "log_unreadable";

const brand = Symbol.for("scopeward.AuditError");

/** A fault of an audit log. The message is for the operator. */
export class AuditError extends Error {
  override readonly name = "AuditError";
  readonly code: AuditErrorCode;

  constructor(code: AuditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is an AuditError, from whichever copy of this package. */
  static is(value: unknown): value is AuditError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
