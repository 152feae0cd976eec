import type { Obligation } from "@scopeward/core";
import type { ObligationDuty } from "../../src/obligation.ts";
import type { Principal } from "../../src/principal.ts";

// Only `verify` makes one; a handler is given it and does not look where it comes from.
const principal = {
  tenant: "acme",
  subject: { type: "user", id: "ada" },
  key: { id: "key1", audience: "internal", scopes: [] },
} as unknown as Principal;

/** A duty of a call of the tool `read_user`, with whatever a test changes of it. */
export function dutyOf(
  obligation: Obligation,
  changes: Partial<ObligationDuty> = {},
): ObligationDuty {
  return {
    obligation,
    principal,
    action: { type: "tool", name: "read_user" },
    args: {},
    decisionId: "decision1",
    signal: new AbortController().signal,
    ...changes,
  };
}
