import type { Enforcer } from "@scopeward/sdk";

/**
 * Checks what a guard is made with, so that a mistake ends the program where it starts and not at the first
 * call.
 *
 * @throws TypeError for what is no Enforcer, such as the ward that has one.
 */
export function checkEnforcer(enforcer: Enforcer): void {
  const { authorize } = Object(enforcer) as { readonly authorize?: unknown };
  if (typeof authorize === "function") return;
  throw new TypeError("the option `enforcer` is none: give `ward.enforcer`, not the ward");
}
