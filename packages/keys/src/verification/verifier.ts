import type { KeyVerifier } from "@scopeward/sdk";
import type { KeysContext } from "../keys-context.ts";

/** No node trusts what it knows for longer than this (contract), in milliseconds. */
export const revocationBoundMs = 5_000;

/** The verifier of one tenant in this process. */
export interface Verifier extends KeyVerifier {
  /** These keys were changed by this process: nothing cached of them is used again. */
  invalidate(ids: readonly string[]): void;
  /** Writes what is buffered (last uses, digests under the current pepper) and ends. */
  close(): Promise<void>;
}

/** Makes a verifier. Does no I/O until the first verification. */
export function openVerifier(context: KeysContext): Verifier {
  throw new Error(`not there yet: ${context.tenant}`);
}
