import type { Catalogue } from "@scopeward/core";
import { type AuditLog, type Clock, type SecretProvider, systemClock } from "@scopeward/sdk";
import { KeyListeners } from "./key-listeners.ts";
import type { Keys } from "./keys.ts";
import { localActor } from "./operations/actor.ts";
import type { LintSources } from "./operations/lint-finding.ts";
import { openAuditRelay } from "./outbox/audit-relay.ts";
import { isTenant } from "./record/body-shape.ts";
import { openPeppers } from "./secrets/peppers.ts";
import type { KeyStore } from "./store/key-store.ts";
import { TenantKeys } from "./tenant-keys.ts";
import { openVerifier } from "./verification/verifier.ts";

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
  /** What `lint` can ask beside the store. */
  readonly lintSources?: LintSources;
}

/**
 * The keys of one tenant. Does no I/O until the first call; owns store and log from then on.
 * @throws TypeError for a malformed tenant.
 */
export function openKeys(options: KeysOptions): Keys {
  const { store, audit, tenant = "default", clock = systemClock } = options;
  if (!isTenant(tenant)) {
    throw new TypeError("a tenant is `[a-z0-9][a-z0-9._-]{0,62}`");
  }
  const listeners = new KeyListeners();
  const base = {
    tenant,
    store,
    audit,
    clock,
    peppers: openPeppers(options.secrets, clock),
    catalogue: options.catalogue ?? (() => undefined),
    emit: listeners.emit.bind(listeners),
  };
  const context = { ...base, verifier: openVerifier(base), relay: openAuditRelay(base) };
  const shared = { context, listeners, lintSources: options.lintSources ?? {} };
  return new TenantKeys(shared, () => Promise.resolve(localActor));
}
