import type { KeysContext } from "../keys-context.ts";

/** Whether the store has all changes that the audit log knows of. */
export type StoreHistory =
  | { readonly kind: "whole" }
  /** The log cannot be read. */
  | { readonly kind: "unknown" }
  /** The store was put back to an earlier state, in which keys may be live that were revoked since. */
  | { readonly kind: "behind"; readonly storeSequence: number; readonly auditSequence: number };

/** Holds a store against the audit log. */
export async function compareWithLog(
  storeId: string,
  { store, audit }: Pick<KeysContext, "store" | "audit">,
): Promise<StoreHistory> {
  const auditSequence = await audit.highestSequence(storeId);
  if (auditSequence === undefined) return { kind: "unknown" };
  const { head } = await store.changesSince(auditSequence);
  return head < auditSequence
    ? { kind: "behind", storeSequence: head, auditSequence }
    : { kind: "whole" };
}
