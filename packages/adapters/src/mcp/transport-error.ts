/**
 * Why a guarded transport did not take a message:
 *
 * - `duplicate_id`: a request with this id is not answered yet, or was given up unanswered
 * - `invalid_message`: it is no JSON-RPC message, or a batch
 * - `closed`: the connection ended before the answer
 */
export type GuardedTransportErrorCode = "duplicate_id" | "invalid_message" | "closed";

const brand = Symbol.for("scopeward.GuardedTransportError");

/** A fault of the connection; what a policy denies is an answer instead. */
export class GuardedTransportError extends Error {
  override readonly name = "GuardedTransportError";
  readonly code: GuardedTransportErrorCode;

  constructor(code: GuardedTransportErrorCode, message: string) {
    super(message);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a GuardedTransportError, from whichever copy of this module. */
  static is(value: unknown): value is GuardedTransportError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
