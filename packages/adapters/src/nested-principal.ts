import type { Narrowing, Principal } from "@scopeward/sdk";

// By identity, so that one call that is looked at twice has one principal.
const met = new WeakMap<Principal, WeakMap<Principal, Principal>>();

/**
 * Who calls in a nested run: whoever the tool was guarded for, held to what the one at hand may do. Two
 * principals of one key meet in what both may do, so that neither an agent that was narrowed gets back
 * what its tools were guarded with, nor the other way round. A principal of another key is somebody else
 * whom the application chose for this tool, and stays.
 * @returns undefined where they do not meet; the Enforcer denies a call of nobody.
 */
export function nestedPrincipal(guardedFor: Principal, atHand: Principal): Principal | undefined {
  if (guardedFor === atHand) return guardedFor;
  const isSameKey =
    guardedFor.key?.id === atHand.key.id &&
    guardedFor.tenant === atHand.tenant &&
    typeof guardedFor.attenuate === "function";
  if (!isSameKey) return guardedFor;
  const known = met.get(atHand) ?? new WeakMap<Principal, Principal>();
  met.set(atHand, known);
  const found = known.get(guardedFor) ?? meeting(guardedFor, atHand);
  if (found !== undefined) known.set(guardedFor, found);
  return found;
}

function meeting(guardedFor: Principal, atHand: Principal): Principal | undefined {
  const { key, actors, expiresAt } = guardedFor;
  const actor = actors.length > atHand.actors.length ? actors.at(-1) : undefined;
  const narrowing: Narrowing = {
    scopes: key.scopes,
    ...(key.constraints === undefined ? {} : { constraints: key.constraints }),
    ...(actor === undefined ? {} : { actor }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
  try {
    return atHand.attenuate(narrowing);
  } catch {
    return undefined;
  }
}
