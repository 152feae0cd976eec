/** What is wrong with a queue, or with where a question was to be put. */
export type ApprovalsErrorCode =
  /** The file cannot be used now: locked, or an I/O error. */
  | "unavailable"
  /** The disk is full, or the file or its folder may not be written. */
  | "not_writable"
  /** The file is no database, or lacks what a queue has. */
  | "corrupt"
  /** A record of the file is not what a queue writes: somebody edited it. */
  | "record_invalid"
  /** A newer version of Scopeward wrote the file. */
  | "schema_newer"
  /** The file system does not allow a write-ahead log. */
  | "not_durable"
  /** The path is empty, or the file belongs to another program. */
  | "misconfigured"
  /** Nobody sits at the input or the output of a prompt. */
  | "no_terminal"
  /** It was closed. */
  | "closed";

const brand = Symbol.for("scopeward.ApprovalsError");

/** A fault of a queue or a prompt. The message is for the operator, and holds no argument of a call. */
export class ApprovalsError extends Error {
  override readonly name = "ApprovalsError";
  readonly code: ApprovalsErrorCode;

  constructor(code: ApprovalsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is an ApprovalsError, from whichever copy of this package. */
  static is(value: unknown): value is ApprovalsError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
