/** What came of reading: the bytes of one bundle, or why there are none now. */
export type BundleReading =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | {
      readonly kind: "unavailable";
      /** For people, in one line, without a secret; the same text for the same fault. */
      readonly reason: string;
    };

/**
 * Where bundles come from when they are no file of this machine: an object store, a web server, a
 * registry (port version 1). It fetches and judges nothing:
 *
 * - Whether bytes are a bundle, who signed it and how old it may be is checked where it is loaded
 *   (`verify` and `state` of the configuration). The signature lies inside of the bundle; without
 *   `verify`, whoever can write to the source writes the policies.
 * - The revision is computed from the content and never taken from the source.
 * - Its answers are bounded, timed and copied by whoever asks. One that is late, too large or
 *   something else than the port says counts as unavailable: what served before serves on.
 */
export interface BundleSource {
  /** For people: where the bundles are, in one line of at most 200 characters without a secret. */
  readonly name: string;
  /** Milliseconds that a reading may take, 1 to 300,000; 30,000 where absent. */
  readonly deadlineMs?: number;
  /**
   * Milliseconds between two readings while changes are watched for, 10 to 86,400,000; 10,000 where
   * absent. Each is a `read`: a source that can ask whether something changed (an ETag) does so and
   * answers with the bytes that it kept.
   */
  readonly pollMs?: number;
  /**
   * The bundle as it is now: one whole version, whatever is put there meanwhile. Calls may overlap.
   * @param signal - aborted at the deadline, and when nobody waits any more.
   * @param maxBytes - what is larger is `unavailable`, and need not be read to its end.
   */
  read(signal: AbortSignal, maxBytes: number): Promise<BundleReading>;
}

/** Whether a value has the shape of a source, its name and times within the bounds of the port. */
export function isBundleSource(value: unknown): value is BundleSource {
  if (typeof value !== "object" || value === null) return false;
  const { name, deadlineMs, pollMs, read } = value as {
    readonly [name in keyof BundleSource]?: unknown;
  };
  return (
    typeof name === "string" &&
    /^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u.test(name) &&
    isWithin(deadlineMs, 1, 300_000) &&
    isWithin(pollMs, 10, 86_400_000) &&
    typeof read === "function"
  );
}

function isWithin(bound: unknown, lowest: number, highest: number): boolean {
  if (bound === undefined) return true;
  return Number.isSafeInteger(bound) && (bound as number) >= lowest && (bound as number) <= highest;
}
