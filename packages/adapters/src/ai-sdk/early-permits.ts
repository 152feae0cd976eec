import type { Enforcer, Permit, Principal } from "@scopeward/sdk";

interface EarlyPermit {
  readonly permit: Permit;
  readonly enforcer: Enforcer;
  readonly principal: Principal | undefined;
}

// By the identity of the parsed input, which the framework hands to both: an id is the model's to choose.
const permits = new WeakMap<object, EarlyPermit>();

/** Keeps what `toolApproval` got, so that a call is decided once. */
export function keepPermit(input: unknown, kept: EarlyPermit): void {
  if (typeof input === "object" && input !== null) permits.set(input, kept);
}

/** Takes the permit of a call out, if the same Enforcer gave it for the same tool and caller. */
export function takePermit(
  input: unknown,
  name: string,
  enforcer: Enforcer,
  principal: Principal | undefined,
): Permit | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const kept = permits.get(input);
  permits.delete(input);
  const isSame =
    kept?.enforcer === enforcer && kept.principal === principal && kept.permit.target === name;
  return isSame ? kept.permit : undefined;
}
