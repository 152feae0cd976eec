import { covers } from "@scopeward/core";
import type { Ended, ManyEnded } from "../keys.ts";
import type { KeysError } from "../keys-error.ts";
import { type KeyBody, recordOf } from "../record/key-body.ts";
import { revocationBoundMs } from "../verification/verifier.ts";
import type { Actor } from "./actor.ts";
import { timeText } from "./duration.ts";
import {
  commitChanges,
  conflictOf,
  contended,
  type OperationContext,
  relayLater,
} from "./key-change.ts";
import { readKey } from "./key-reading.ts";
import { readKeys } from "./list.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { readMembers } from "./request-members.ts";

// Ending a key is right whatever else was changed meanwhile, so it is tried again. The bound is only
// against a key that somebody changes without end.
const maxTries = 10;
const maxPasses = 100;
const batchSize = 100;

/**
 * Ends a key for good. Answers the same for a key that was revoked before. The audit log has the
 * entry later: a key must not live longer because the log is away.
 */
export async function revoke(
  context: OperationContext,
  actor: Actor,
  id: unknown,
  options: unknown,
): Promise<Ended | Refusal> {
  return await end(context, actor, id, options, {
    refusal: () => undefined,
    isDone: ({ status }) => status === "revoked",
    commit: async (body, reason) => await revokeKeys(context, actor, [body], reason),
  });
}

/** What a commit that ends keys made of them. */
export type Ending =
  | { readonly kind: "ended"; readonly bodies: readonly KeyBody[] }
  | { readonly kind: "conflict"; readonly id: string };

/** How a key is ended. */
export interface EndRule {
  /** Why it cannot be done to a key in this state. */
  readonly refusal: (body: KeyBody) => Refusal | undefined;
  readonly isDone: (body: KeyBody) => boolean;
  readonly commit: (body: KeyBody, reason: string | undefined) => Promise<Ending>;
}

/** Reads, judges and ends one key, again where somebody else changed it in between. */
export async function end(
  context: OperationContext,
  actor: Actor,
  id: unknown,
  options: unknown,
  rule: EndRule,
): Promise<Ended | Refusal> {
  const read = readMembers(options ?? {}, ["reason"]);
  if (read.kind === "refused") return read;
  const reason = read.members["reason"] as string | undefined;
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await readKey(context, id);
    if (found.kind === "refused") return found;
    const { body } = found;
    const refusal = actor.mayEnd(body) ?? rule.refusal(body);
    if (refusal !== undefined) return refusal;
    if (rule.isDone(body)) return ended(context, body);
    const result = await rule.commit(body, reason);
    if (result.kind === "ended") return ended(context, result.bodies[0]!);
    // The management key itself was changed: whether it still may has to be asked anew.
    if (result.id !== body.id) return conflictOf(result.id);
  }
  return withoutEnd();
}

/** Revokes keys as they were read, all in one commit. */
async function revokeKeys(
  context: OperationContext,
  actor: Actor,
  bodies: readonly KeyBody[],
  reason: string | undefined,
): Promise<Ending> {
  const revokedAt = timeText(context.clock.wallMs());
  const changes = bodies.map((before) => ({
    before,
    after: {
      ...before,
      status: "revoked" as const,
      revokedAt,
      ...(reason === undefined ? {} : { revokedReason: reason }),
      version: before.version + 1,
    },
    event: "revoked" as const,
    ...(reason === undefined ? {} : { reason }),
  }));
  const result = await commitChanges(context, changes, { actor });
  if (result.kind !== "committed") return { kind: "conflict", id: contended(result) };
  relayLater(context, result);
  return { kind: "ended", bodies: changes.map(({ after }) => after) };
}

/**
 * Revokes all keys of an owner, or all whose grants cover a scope, in batches, until none is left:
 * keys that are issued meanwhile as well.
 * @throws KeysError `pepper_unavailable`, after the others were revoked, when it cannot be told of a
 *   key whether it is one of them.
 */
export async function revokeAll(
  context: OperationContext,
  actor: Actor,
  which: unknown,
  options: unknown,
): Promise<ManyEnded | Refusal> {
  const read = readMembers(options ?? {}, ["reason"]);
  if (read.kind === "refused") return read;
  const wanted = readMembers(which, ["owner", "scope"]);
  if (wanted.kind === "refused") return wanted;
  const many = wanted.members as { readonly owner?: string; readonly scope?: string };
  if ((many.owner === undefined) === (many.scope === undefined)) {
    return refuse("invalid", "name an `owner` or a `scope`, one of them");
  }
  const reason = read.members["reason"] as string | undefined;
  const first = await findLive(context, many);
  // Before anything is changed: an answer of less than was asked for would be taken for all.
  const refusal = first.bodies
    .map((body) => actor.mayEnd(body))
    .find((found) => found !== undefined);
  if (refusal !== undefined) return refusal;
  const done: KeyBody[] = [];
  let { fault } = first;
  for (let left = first.bodies, passes = 0; left.length > 0; passes++) {
    if (passes === maxPasses) return withoutEnd();
    const result = await revokeBatches(context, actor, left, reason);
    if (result.kind === "conflict") return conflictOf(result.id);
    done.push(...result.bodies);
    const next = await findLive(context, many);
    left = next.bodies.filter((body) => actor.mayEnd(body) === undefined);
    fault = next.fault;
  }
  if (fault !== undefined) throw fault;
  const keys = done.map((body) => recordOf(body));
  return { kind: "ended", keys, effectiveBy: effectiveBy(context) };
}

/** A batch that somebody changed meanwhile is left to the next pass. */
async function revokeBatches(
  context: OperationContext,
  actor: Actor,
  bodies: readonly KeyBody[],
  reason: string | undefined,
): Promise<Ending> {
  const done: KeyBody[] = [];
  for (let start = 0; start < bodies.length; start += batchSize) {
    const batch = bodies.slice(start, start + batchSize);
    const result = await revokeKeys(context, actor, batch, reason);
    if (result.kind === "ended") done.push(...result.bodies);
    else if (actor.keys.some(({ id }) => id === result.id)) return result;
  }
  return { kind: "ended", bodies: done };
}

async function findLive(
  context: OperationContext,
  { owner, scope }: { readonly owner?: string; readonly scope?: string },
): Promise<{ readonly bodies: readonly KeyBody[]; readonly fault: KeysError | undefined }> {
  const bodies: KeyBody[] = [];
  let fault: KeysError | undefined;
  for (const status of ["active", "disabled"] as const) {
    const query = { status, ...(owner === undefined ? {} : { owner }) };
    for await (const listed of readKeys(context, query)) {
      const { body } = listed;
      fault ??= listed.fault;
      if (body === undefined) continue;
      if (scope === undefined || body.scopes.some((grant) => covers(grant, scope))) {
        bodies.push(body);
      }
    }
  }
  return { bodies, fault };
}

function ended(context: OperationContext, body: KeyBody): Ended {
  return { kind: "ended", key: recordOf(body), effectiveBy: effectiveBy(context) };
}

/** When no node accepts a key any more that was ended by now. */
function effectiveBy({ clock, store }: OperationContext): string {
  const boundMs = store.propagation === "immediate" ? 0 : revocationBoundMs;
  return timeText(clock.wallMs() + boundMs);
}

function withoutEnd(): Refusal {
  return refuse("conflict", "the keys are changed without end: stop that and try again");
}
