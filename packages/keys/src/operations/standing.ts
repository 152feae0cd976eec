import type { Changed, Ended } from "../keys.ts";
import { type KeyBody, recordOf } from "../record/key-body.ts";
import { type Actor, localActor } from "./actor.ts";
import {
  auditRefusal,
  auditUnavailable,
  commitChanges,
  conflictOf,
  contended,
  type OperationContext,
  relayLater,
  untold,
} from "./key-change.ts";
import { readKey } from "./key-reading.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { end, type Ending } from "./revoke.ts";

/** Makes a key unusable until it is enabled again. Does not wait for the audit log. */
export async function disable(
  context: OperationContext,
  actor: Actor,
  id: unknown,
  options: unknown,
): Promise<Ended | Refusal> {
  return await end(context, actor, id, options, {
    refusal: revokedRefusal,
    isDone: ({ status }) => status === "disabled",
    commit: async (body, reason) => await commitDisable(context, actor, body, reason),
  });
}

/** Makes a disabled key usable again: whoever does it gives the key what it holds. */
export async function enable(
  context: OperationContext,
  actor: Actor,
  id: unknown,
): Promise<Changed | Refusal> {
  const found = await readKey(context, id);
  if (found.kind === "refused") return found;
  const { body } = found;
  const refusal = revokedRefusal(body) ?? actor.mayGive(body, context.clock.wallMs());
  if (refusal !== undefined) return refusal;
  if (body.status === "active") return { kind: "changed", key: recordOf(body) };
  const unavailable = await auditRefusal(context);
  if (unavailable !== undefined) return unavailable;
  const after: KeyBody = { ...body, status: "active", version: body.version + 1 };
  const result = await commitChanges(context, [{ before: body, after, event: "enabled" }], {
    actor,
  });
  if (result.kind !== "committed") return conflictOf(contended(result));
  if (await context.relay.relay(result.entries)) return { kind: "changed", key: recordOf(after) };
  await disable(context, localActor, body.id, { reason: untold });
  return auditUnavailable();
}

/** Revoked is final. */
export function revokedRefusal({ status }: KeyBody): Refusal | undefined {
  return status === "revoked"
    ? refuse("key_revoked", "the key is revoked, which is final: issue a new one")
    : undefined;
}

async function commitDisable(
  context: OperationContext,
  actor: Actor,
  before: KeyBody,
  reason: string | undefined,
): Promise<Ending> {
  const after: KeyBody = { ...before, status: "disabled", version: before.version + 1 };
  const result = await commitChanges(
    context,
    [{ before, after, event: "disabled", ...(reason === undefined ? {} : { reason }) }],
    { actor },
  );
  if (result.kind !== "committed") return { kind: "conflict", id: contended(result) };
  relayLater(context, result);
  return { kind: "ended", bodies: [after] };
}
