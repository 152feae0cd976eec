import { canonicalJson, type JsonObject, type JsonValue } from "@scopeward/core";
import { excess } from "../authority/authority.ts";
import type { Changed, KeyChanges } from "../keys.ts";
import { type KeyBody, recordOf } from "../record/key-body.ts";
import type { Actor } from "./actor.ts";
import {
  auditRefusal,
  auditUnavailable,
  commitChanges,
  conflictOf,
  contended,
  type OperationContext,
  relayLater,
} from "./key-change.ts";
import { readChain } from "./key-reading.ts";
import { ruleRefusal, sizeRefusal } from "./key-rules.ts";
import { pointsInTime } from "./life.ts";
import { putBack } from "./put-back.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { readMembers } from "./request-members.ts";
import { revokedRefusal } from "./standing.ts";

const members = [
  "scopes",
  "constraints",
  "expires",
  "expires?",
  "notBefore",
  "notBefore?",
  "name",
  "name?",
  "notes",
  "notes?",
  "mayGrant",
  "version",
];
/** What a key may do and when: what an update is put back to when the audit log cannot take it. */
const authorityMembers = ["scopes", "constraints", "notBefore", "expiresAt", "mayGrant"] as const;

type Authority = Pick<KeyBody, (typeof authorityMembers)[number]>;

/**
 * Changes a key. What comes out is held against the same rules as a new key, and must be within what
 * the actor may give. Whatever widens waits for the audit log, and is put back when that fails.
 */
export async function update(
  context: OperationContext,
  actor: Actor,
  id: unknown,
  changes: unknown,
): Promise<Changed | Refusal> {
  const read = readMembers(changes, members);
  if (read.kind === "refused") return read;
  const wanted = read.members as JsonObject & KeyChanges;
  const found = await readChain(context, id);
  if (found.kind === "refused") return found;
  const { body: before, above } = found;
  const after = changed(before, wanted, context.clock.wallMs());
  if (after.kind === "refused") return after;
  const refusal =
    revokedRefusal(before) ??
    versionRefusal(before, wanted) ??
    (isSame(authorityOf(before), authorityOf(after.body))
      ? sizeRefusal(after.body)
      : ruleRefusal(after.body, above, context.catalogue())) ??
    actor.mayGive(after.body, context.clock.wallMs());
  if (refusal !== undefined) return refusal;
  return await store(context, actor, { before, after: after.body, above });
}

async function store(
  context: OperationContext,
  actor: Actor,
  change: { readonly before: KeyBody; readonly after: KeyBody; readonly above: readonly KeyBody[] },
): Promise<Changed | Refusal> {
  const { before, above } = change;
  if (isSame(before, change.after)) return { kind: "changed", key: recordOf(before) };
  const wider = isWider(change.after, before);
  const unavailable = wider ? await auditRefusal(context) : undefined;
  if (unavailable !== undefined) return unavailable;
  const after = { ...change.after, version: before.version + 1 };
  const result = await commitChanges(context, [{ before, after, event: "updated" }], {
    actor,
    above,
  });
  if (result.kind !== "committed") return conflictOf(contended(result));
  if (!wider) {
    relayLater(context, result);
  } else if (!(await context.relay.relay(result.entries))) {
    await putBack(context, after.id, (now) => undone(now, { before, after }));
    return auditUnavailable();
  }
  return { kind: "changed", key: recordOf(after) };
}

/** The key as it shall be, at its present version. */
function changed(
  before: KeyBody,
  wanted: KeyChanges,
  nowMs: number,
): { readonly kind: "changed"; readonly body: KeyBody } | Refusal {
  const times = pointsInTime(wanted, nowMs);
  if (times.kind === "refused") return times;
  const { scopes, constraints, mayGrant } = wanted;
  const texts = {
    name: wanted.name,
    notes: wanted.notes,
    notBefore: wanted.notBefore === null ? null : times.notBefore,
    expiresAt: wanted.expires === null ? null : times.expiresAt,
  };
  const body: Record<string, unknown> = {
    ...before,
    ...(scopes === undefined ? {} : { scopes }),
    ...(constraints === undefined ? {} : { constraints }),
    ...(mayGrant === undefined ? {} : { mayGrant }),
  };
  for (const [member, text] of Object.entries(texts)) {
    if (text === null) delete body[member];
    else if (text !== undefined) body[member] = text;
  }
  return { kind: "changed", body: body as unknown as KeyBody };
}

function versionRefusal(before: KeyBody, { version }: KeyChanges): Refusal | undefined {
  return version === undefined || version === before.version
    ? undefined
    : refuse("conflict", `the key has version ${before.version}: read it and try again`, "version");
}

/** Whether a key may do more than before, or may do it at other times. */
function isWider(after: KeyBody, before: KeyBody): boolean {
  return (
    excess(after, before) !== undefined ||
    isLater(after.expiresAt, before.expiresAt) ||
    isEarlier(after.notBefore, before.notBefore) ||
    !isSame(after.mayGrant, before.mayGrant)
  );
}

function isLater(after: string | undefined, before: string | undefined): boolean {
  if (before === undefined) return false;
  return after === undefined || Date.parse(after) > Date.parse(before);
}

function isEarlier(after: string | undefined, before: string | undefined): boolean {
  if (before === undefined) return false;
  return after === undefined || Date.parse(after) < Date.parse(before);
}

// Member by member: what somebody else made of one meanwhile stays, and does not keep in force what
// was given here by another.
function undone(
  now: KeyBody,
  { before, after }: { readonly before: KeyBody; readonly after: KeyBody },
): KeyBody | undefined {
  const given = authorityMembers.filter(
    (name) => !isSameMember(name, before, after) && isSameMember(name, now, after),
  );
  if (given.length === 0) return undefined;
  const body: Record<string, unknown> = { ...now };
  for (const name of given) {
    if (before[name] === undefined) delete body[name];
    else body[name] = before[name];
  }
  return body as unknown as KeyBody;
}

function isSameMember(name: keyof Authority, a: KeyBody, b: KeyBody): boolean {
  return (
    canonicalJson((a[name] ?? null) as JsonValue) === canonicalJson((b[name] ?? null) as JsonValue)
  );
}

function authorityOf(key: KeyBody): Authority {
  return Object.fromEntries(
    authorityMembers.filter((name) => key[name] !== undefined).map((name) => [name, key[name]]),
  ) as unknown as Authority;
}

function isSame(a: object | undefined, b: object | undefined): boolean {
  return (
    canonicalJson((a ?? null) as JsonObject | null) ===
    canonicalJson((b ?? null) as JsonObject | null)
  );
}
