import type { Rotated } from "../keys.ts";
import { type KeyBody, recordOf, type StoredSecret } from "../record/key-body.ts";
import { mintToken } from "../token/token.ts";
import type { Actor } from "./actor.ts";
import { parseDuration, timeText } from "./duration.ts";
import {
  auditRefusal,
  auditUnavailable,
  commitChanges,
  conflictOf,
  contended,
  type OperationContext,
} from "./key-change.ts";
import { readKey } from "./key-reading.ts";
import { putBack } from "./put-back.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { readMembers } from "./request-members.ts";
import { revokedRefusal } from "./standing.ts";

const defaultOverlap = "24h";
const longestOverlapMs = 30 * 86_400_000;

/**
 * Gives a key a new secret; the present one works until the overlap or the key ends, and one that
 * was retiring ends now. Of two rotations at once one is a `conflict`. Waits for the audit log,
 * because it hands out a token.
 */
export async function rotate(
  context: OperationContext,
  actor: Actor,
  id: unknown,
  options: unknown,
): Promise<Rotated | Refusal> {
  const read = readMembers(options ?? {}, ["overlap"]);
  if (read.kind === "refused") return read;
  const overlapMs = parseDuration(
    (read.members["overlap"] as string | undefined) ?? defaultOverlap,
  );
  if (overlapMs === undefined || overlapMs > longestOverlapMs) {
    return refuse("invalid", "`overlap` must be a duration of 0 seconds to 30 days", "overlap");
  }
  const found = await readKey(context, id);
  if (found.kind === "refused") return found;
  const { body: before } = found;
  const nowMs = context.clock.wallMs();
  const refusal =
    revokedRefusal(before) ?? actor.mayGive(before, nowMs) ?? (await auditRefusal(context));
  if (refusal !== undefined) return refusal;

  const token = mintToken(before.kind, before.id);
  const pepper = await context.peppers.current();
  const endsAt = endOfOverlap(before, nowMs, overlapMs);
  const fresh: StoredSecret = {
    number: before.secrets[0]!.number + 1,
    createdAt: timeText(nowMs),
    pepper: pepper.id,
    mac: pepper.digest(token.reveal()),
  };
  const retiring = overlapMs === 0 ? [] : [{ ...before.secrets[0]!, endsAt }];
  const after = { ...before, secrets: [fresh, ...retiring], version: before.version + 1 };
  const result = await commitChanges(context, [{ before, after, event: "rotated" }], { actor });
  if (result.kind !== "committed") return conflictOf(contended(result));
  if (await context.relay.relay(result.entries)) {
    return { kind: "rotated", key: recordOf(after), token, retiring: { endsAt } };
  }
  await putBack(context, before.id, (now) => withoutSecret(now, fresh.number, before.secrets));
  return auditUnavailable();
}

function endOfOverlap({ expiresAt }: KeyBody, nowMs: number, overlapMs: number): string {
  const expiresMs = expiresAt === undefined ? Infinity : Date.parse(expiresAt);
  return timeText(Math.min(nowMs + overlapMs, expiresMs));
}

/** A key without a secret that nobody got, with those of before where none would be left. */
function withoutSecret(
  now: KeyBody,
  number: number,
  before: readonly StoredSecret[],
): KeyBody | undefined {
  if (now.secrets[0]?.number === number) return { ...now, secrets: before };
  const secrets = now.secrets.filter((secret) => secret.number !== number);
  return secrets.length === now.secrets.length ? undefined : { ...now, secrets };
}
