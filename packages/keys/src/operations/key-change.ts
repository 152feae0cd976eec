import type { KeysContext } from "../keys-context.ts";
import type { KeyBody } from "../record/key-body.ts";
import { sealKey } from "../record/seal.ts";
import type { CommitResult, IdempotencyRecord } from "../store/key-store.ts";
import type { Verifier } from "../verification/verifier.ts";
import type { Actor } from "./actor.ts";
import { type CommittedEntry, keyEntryText, type KeyEvent } from "../outbox/audit-entry.ts";
import type { AuditRelay } from "../outbox/audit-relay.ts";
import { timeText } from "./duration.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** What the operations on keys work with. */
export interface OperationContext extends KeysContext {
  readonly verifier: Verifier;
  readonly relay: AuditRelay;
}

/** One key, and what it becomes. */
export interface KeyChange {
  /** Absent for a new key. */
  readonly before?: KeyBody;
  readonly after: KeyBody;
  readonly event: KeyEvent;
  readonly reason?: string;
}

/** What must hold beside the versions of the keys that are written. */
export interface ChangeConditions {
  readonly actor: Actor;
  /** Keys whose authority was relied on. */
  readonly above?: readonly KeyBody[];
  readonly idempotency?: IdempotencyRecord;
}

/** A change that is in the store, with the entries that the audit log may not have yet. */
export interface Committed {
  readonly kind: "committed";
  readonly entries: readonly CommittedEntry[];
}

/** A commit that wrote nothing. */
export type NotCommitted = Exclude<CommitResult, { readonly kind: "committed" }>;

/**
 * Seals and commits changes together with their audit entries: all of them, or none. Nothing that
 * this process has cached of the keys is used afterwards.
 */
export async function commitChanges(
  context: OperationContext,
  changes: readonly KeyChange[],
  conditions: ChangeConditions,
): Promise<Committed | NotCommitted> {
  const { actor, above = [], idempotency } = conditions;
  const pepper = await context.peppers.current();
  const storeId = await context.relay.storeId();
  const time = timeText(context.clock.wallMs());
  const writes = changes.map(({ before, after, event, reason }) => ({
    key: sealKey(after, pepper),
    expects: before?.version ?? 0,
    entry: keyEntryText(storeId, {
      event,
      after,
      actor: actor.name,
      time,
      ...(before === undefined ? {} : { before }),
      ...(reason === undefined ? {} : { reason }),
    }),
  }));
  const requires = [...above, ...actor.keys].map(({ id, version }) => ({ id, version }));
  try {
    const result = await context.store.commit({
      writes,
      requires,
      ...(idempotency === undefined ? {} : { idempotency }),
    });
    if (result.kind !== "committed") return result;
    const entries = writes.map(({ entry }, index) => ({
      entry,
      sequence: result.sequences[index]!,
    }));
    return { kind: "committed", entries };
  } finally {
    // Also after a failure: then it is not known whether the change is there.
    context.verifier.invalidate(writes.map(({ key }) => key.id));
  }
}

/** Gives entries to the audit log without waiting for it. */
export function relayLater({ relay }: OperationContext, { entries }: Committed): void {
  void relay.relay(entries);
}

/** The reason of a change that takes another one back. */
export const untold = "the audit log did not take the entry";

/** Whether the audit log would take an entry now: asked before what must not go on without it. */
export async function auditRefusal({ audit }: OperationContext): Promise<Refusal | undefined> {
  try {
    const health = await audit.health();
    return health.kind === "ready" ? undefined : auditUnavailable(health.reason);
  } catch {
    return auditUnavailable();
  }
}

/**
 * The audit log cannot take the entry, and nothing was changed, or it was put back.
 * @param reason - in the words of the log, where it gave one.
 */
export function auditUnavailable(reason?: string): Refusal {
  const message = "the audit log cannot take the entry, so nothing was changed";
  return refuse("audit_unavailable", reason === undefined ? message : `${message}: ${reason}`);
}

/** Somebody else changed one of the keys first. */
export function conflictOf(id: string): Refusal {
  return refuse("conflict", `key \`${id}\` was changed meanwhile: read it and try again`);
}

/** The key that a commit did not find as it had been read. */
export function contended(result: NotCommitted): string {
  return result.kind === "conflict" ? result.id : result.record.keyId;
}
