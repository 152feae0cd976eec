import type { Pepper, Peppers } from "../secrets/peppers.ts";
import type { StoredKey } from "../store/key-store.ts";
import type { KeyBody } from "./key-body.ts";

/** What a stored key turned out to be. */
export type OpenedKey =
  | { readonly kind: "intact"; readonly body: KeyBody }
  /** Edited, damaged, or never written by Scopeward. `detail` is for the operator. */
  | { readonly kind: "invalid"; readonly detail: string }
  | { readonly kind: "pepper_missing"; readonly pepper: string };

/** A body as it is stored: its text, and the seal of that very text. */
export function sealKey(body: KeyBody, pepper: Pepper): Omit<StoredKey, "lastUsedAt"> {
  throw new Error(`not there yet: ${body.id} ${pepper.id}`);
}

/**
 * Reads the text of a body, total: attacker-controlled until the seal is checked. Every member is
 * tested, and id and version are those of the row.
 */
export function parseBody(stored: StoredKey): KeyBody | undefined {
  throw new Error(`not there yet: ${stored.id}`);
}

/** Whether the seal belongs to the body's text; constant time. Synchronous, with peppers known now. */
export function checkSeal(
  stored: StoredKey,
  peppers: Pick<Peppers, "known">,
): "intact" | "invalid" | "pepper_missing" {
  throw new Error(`not there yet: ${stored.id} ${String(peppers.known(""))}`);
}

/** Seal and body in one, looking for a missing pepper once more. */
export async function openKey(stored: StoredKey, peppers: Peppers): Promise<OpenedKey> {
  throw new Error(`not there yet: ${stored.id} ${String(peppers.known(""))}`);
}
