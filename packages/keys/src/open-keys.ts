import type { Catalogue } from "@scopeward/core";
import type { AuditLog, Clock, SecretProvider } from "@scopeward/sdk";
import type { Keys } from "./keys.ts";
import type { KeyStore } from "./store/key-store.ts";

/** What keys are made of. */
export interface KeysOptions {
  readonly store: KeyStore;
  readonly secrets: SecretProvider;
  readonly audit: AuditLog;
  /** `default` where absent; `[a-z0-9][a-z0-9._-]{0,62}`. */
  readonly tenant?: string;
  readonly clock?: Clock;
  /** What the policies declare now; without it nothing can be issued. */
  readonly catalogue?: () => Catalogue | undefined;
}

/** The keys of one tenant. Does no I/O until the first call; owns store and log from then on. */
export function openKeys(options: KeysOptions): Keys {
  throw new Error(`not there yet: ${options.store.place}`);
}
