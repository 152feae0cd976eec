import type { Pepper, Peppers } from "../secrets/peppers.ts";
import { isSameMac } from "../secrets/same-mac.ts";
import type { StoredKey } from "../store/key-store.ts";
import { isKeyBody, maxBodyBytes } from "./body-shape.ts";
import type { KeyBody } from "./key-body.ts";

/** What a stored key turned out to be. */
export type OpenedKey =
  | { readonly kind: "intact"; readonly body: KeyBody }
  /** Edited, damaged, or never written by Scopeward. `detail` is for the operator. */
  | { readonly kind: "invalid"; readonly detail: string }
  | { readonly kind: "pepper_missing"; readonly pepper: string };

/**
 * A body as it is stored: its text, and the seal of that very text.
 * @throws RangeError for a body that could not be read again.
 */
export function sealKey(body: KeyBody, pepper: Pepper): Omit<StoredKey, "lastUsedAt"> {
  const text = JSON.stringify(body);
  const stored: StoredKey = {
    id: body.id,
    version: body.version,
    body: text,
    sealPepper: pepper.id,
    seal: pepper.seal(text),
  };
  if (parseBody(stored) === undefined) {
    throw new RangeError(`the record of key \`${body.id}\` has a member that is out of bounds`);
  }
  return stored;
}

/**
 * Reads the text of a body, total: attacker-controlled until the seal is checked. Every member is
 * tested, and id and version are those of the row.
 */
export function parseBody(stored: StoredKey): KeyBody | undefined {
  if (!isReadable(stored.body)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(stored.body);
  } catch {
    return undefined;
  }
  if (!isKeyBody(value)) return undefined;
  return value.id === stored.id && value.version === stored.version ? value : undefined;
}

/** Whether the seal belongs to the body's text; constant time. Synchronous, with peppers known now. */
export function checkSeal(
  stored: StoredKey,
  peppers: Pick<Peppers, "known">,
): "intact" | "invalid" | "pepper_missing" {
  if (!isReadable(stored.body) || typeof stored.seal !== "string") return "invalid";
  const pepper = peppers.known(stored.sealPepper);
  if (pepper === undefined) return "pepper_missing";
  return isSameMac(stored.seal, pepper.seal(stored.body)) ? "intact" : "invalid";
}

/** Seal and body in one, looking for a missing pepper once more. */
export async function openKey(stored: StoredKey, peppers: Peppers): Promise<OpenedKey> {
  let seal = checkSeal(stored, peppers);
  if (seal === "pepper_missing" && (await peppers.find(stored.sealPepper)) !== undefined) {
    seal = checkSeal(stored, peppers);
  }
  if (seal === "pepper_missing") return { kind: "pepper_missing", pepper: stored.sealPepper };
  if (seal === "invalid") return { kind: "invalid", detail: "the seal is not that of the record" };
  const body = parseBody(stored);
  return body === undefined
    ? {
        kind: "invalid",
        detail: "the record is sealed, but malformed or of another key or version",
      }
    : { kind: "intact", body };
}

// A lone surrogate becomes U+FFFD when the seal is taken, so two texts would have the same seal.
function isReadable(body: unknown): body is string {
  return (
    typeof body === "string" &&
    body.length <= maxBodyBytes &&
    body.isWellFormed() &&
    Buffer.byteLength(body) <= maxBodyBytes
  );
}
