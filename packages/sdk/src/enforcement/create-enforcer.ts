import type { ObligationHandler } from "../obligation.ts";
import type { EnforcerParts } from "./enforcer-parts.ts";
import type { Enforcer } from "./enforcer-port.ts";

/**
 * Makes the one path of its parts.
 * @throws TypeError for parts that cannot work: a name twice, a malformed name or date, an obligation
 *   in `expects` that nobody handles.
 */
export function createEnforcer<const H extends readonly ObligationHandler[] = readonly []>(
  parts: EnforcerParts<H>,
): Enforcer {
  throw new TypeError(`not there yet ${typeof parts}`);
}
