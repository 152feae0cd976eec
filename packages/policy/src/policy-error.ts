import type { Problem } from "@scopeward/core";
import { problemPlace } from "@scopeward/core";

/** Why a bundle could not be opened: `bundle_refused`, with every reason in `problems`. */
export type PolicyErrorCode = "bundle_refused";

const brand = Symbol.for("scopeward.PolicyError");

/** A bundle that was to be opened at once, and is refused. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly code: PolicyErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: PolicyErrorCode, problems: readonly Problem[], options?: ErrorOptions) {
    super(["the bundle is refused", ...problems.map(problemLine)].join("\n  "), options);
    this.code = code;
    this.problems = problems;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a PolicyError, from whichever copy of this package. */
  static is(value: unknown): value is PolicyError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

function problemLine(problem: Problem): string {
  const place = problemPlace(problem);
  return `${place === "" ? "" : `${place}: `}${problem.code}: ${problem.message}`;
}
