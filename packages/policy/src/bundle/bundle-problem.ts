import type { Problem } from "@scopeward/core";

/**
 * Why a bundle is refused before it is evaluated:
 *
 * - `bundle_truncated`: it ends too early
 * - `bundle_oversized`: more bytes or files than a bundle may have
 * - `bundle_malformed`: no gzip, no tar, or files that a bundle of ours does not have or lacks
 * - `bundle_name_invalid`: a name that is no plain relative path, or there twice
 * - `bundle_digest_mismatch`: the content is not the one that the revision in the manifest names
 * - `verification_key_invalid`: the configured key or algorithm cannot verify anything
 * - `signature_missing`, `signature_invalid`: not signed, or not by this key and for these files
 * - `sequence_too_old`: its sequence is below the highest seen, or it has none
 * - `sequence_unreadable`, `sequence_unwritable`: the highest sequence seen cannot be read or kept
 * - `self_test_failed`: it opens, and does not answer a harmless request with a Decision
 */
export type BundleProblemCode =
  | "bundle_truncated"
  | "bundle_oversized"
  | "bundle_malformed"
  | "bundle_name_invalid"
  | "bundle_digest_mismatch"
  | "verification_key_invalid"
  | "signature_missing"
  | "signature_invalid"
  | "sequence_too_old"
  | "sequence_unreadable"
  | "sequence_unwritable"
  | "self_test_failed";

/** That a bundle is refused. */
export interface BundleRefusal {
  readonly kind: "refused";
  readonly problems: readonly Problem[];
}

/** A refusal for one reason, and the file in the bundle that it is about. */
export function refuseBundle(
  code: BundleProblemCode,
  message: string,
  file?: string,
): BundleRefusal {
  const problem: Problem = { severity: "error", code, message };
  return { kind: "refused", problems: [file === undefined ? problem : { ...problem, file }] };
}
