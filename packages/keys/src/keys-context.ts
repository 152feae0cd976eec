import type { Catalogue } from "@scopeward/core";
import type { AuditLog, Clock } from "@scopeward/sdk";
import type { KeyEvents } from "./key-events.ts";
import type { Peppers } from "./secrets/peppers.ts";
import type { KeyStore } from "./store/key-store.ts";

/** What everything about the keys of one tenant works with. */
export interface KeysContext {
  readonly tenant: string;
  readonly store: KeyStore;
  readonly peppers: Peppers;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** What the policies declare now; undefined where there are none at hand. */
  readonly catalogue: () => Catalogue | undefined;
  /** Tells the operator; never throws. */
  readonly emit: <E extends keyof KeyEvents>(event: E, detail: KeyEvents[E]) => void;
}
