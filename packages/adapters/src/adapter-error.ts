import type { Denial } from "@scopeward/sdk";

/**
 * What an adapter throws where its framework takes no other answer.
 *
 * - `denied`: the call must not run; `denial` says why.
 * - `approval_needed`: a person has to say yes first; `denial.approval` is the id.
 * - `parameters_unsupported`: a policy rewrote the parameters of a model call into what the framework
 *   cannot pass on.
 */
export type AdapterErrorCode = "denied" | "approval_needed" | "parameters_unsupported";

const brand = Symbol.for("scopeward.AdapterError");

/** A call that did not run, for a framework that reads this from an error. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  readonly code: AdapterErrorCode;
  /** The decision's codes, and what to do next. Absent where no decision made it. */
  readonly denial?: Denial;

  constructor(code: AdapterErrorCode, message: string, denial?: Denial) {
    super(message);
    this.code = code;
    if (denial !== undefined) this.denial = denial;
    Object.defineProperty(this, brand, { value: true });
  }

  /** The error of a denial. */
  static of(denial: Denial): AdapterError {
    const code = denial.approval === undefined ? "denied" : "approval_needed";
    return new AdapterError(code, denial.message, denial);
  }

  /** Whether a value is an AdapterError, from whichever copy of this package. */
  static is(value: unknown): value is AdapterError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
