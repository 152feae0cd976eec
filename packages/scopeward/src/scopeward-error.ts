import type { Problem } from "@scopeward/core";
import { problemPlace } from "@scopeward/core";

/**
 * Why Scopeward could not be opened:
 *
 * - `configuration_not_found`: no configuration file where one was looked for
 * - `configuration_unreadable`: the file cannot be read or imported
 * - `configuration_invalid`: a member is unknown or has the wrong shape
 * - `plugin_unreadable`: a plugin's module cannot be imported
 * - `plugin_invalid`: its default export is not what `definePlugin` returned
 * - `policies_unreadable`: the policy folder, bundle file or source cannot be read
 * - `policies_invalid`: the policies do not build; `problems` holds every reason
 * - `bundle_refused`: the bundle is damaged, unsigned, older than the last or needs what is not here
 */
export type ScopewardErrorCode =
  | "configuration_not_found"
  | "configuration_unreadable"
  | "configuration_invalid"
  | "plugin_unreadable"
  | "plugin_invalid"
  | "policies_unreadable"
  | "policies_invalid"
  | "bundle_refused";

const brand = Symbol.for("scopeward.ScopewardError");

/** A fault of the set-up: what the configuration names cannot be used as it stands. */
export class ScopewardError extends Error {
  override readonly name = "ScopewardError";
  readonly code: ScopewardErrorCode;
  /** All that is wrong with the policies; empty where they are not the reason. */
  readonly problems: readonly Problem[];

  constructor(
    code: ScopewardErrorCode,
    message: string,
    options: ErrorOptions & { readonly problems?: readonly Problem[] } = {},
  ) {
    const { problems = [], ...rest } = options;
    super([message, ...problems.map(problemLine)].join("\n"), rest);
    this.code = code;
    this.problems = problems;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Whether a value is a ScopewardError, from whichever copy of this package. */
  static is(value: unknown): value is ScopewardError {
    return typeof value === "object" && value !== null && brand in value;
  }
}

function problemLine(problem: Problem): string {
  const place = problemPlace(problem);
  return `  ${place === "" ? "" : `${place}: `}${problem.severity} ${problem.code}: ${problem.message}`;
}
