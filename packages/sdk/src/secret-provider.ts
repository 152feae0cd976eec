/** What secrets are for; each purpose has versions of its own. */
export type SecretPurpose = "pepper";

/** The versions of one secret: new things are made under `current`, old ones are found by id. */
export interface SecretSet {
  /** Id of the version that is used for what is new; a member of `versions`. */
  readonly current: string;
  /** The bytes of each version by its id, `[A-Za-z0-9_-]{1,32}`; 32 bytes or more each. */
  readonly versions: ReadonlyMap<string, Uint8Array>;
}

/**
 * Where secrets come from that never lie beside the data they protect (port version 1).
 *
 * - `read` gives every version that is known now. It is called when a secret is first needed,
 *   from time to time after that, and when a record names a version that is not known: a version
 *   added elsewhere is found without a restart.
 * - Concurrent calls are allowed. It rejects when the source cannot be read or holds something
 *   malformed; the message names the place and never shows a secret.
 */
export interface SecretProvider {
  /** For people: where the secrets are, such as a file's path; shown in messages. */
  readonly place: string;
  read(purpose: SecretPurpose): Promise<SecretSet>;
}
