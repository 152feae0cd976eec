import { canonicalJson, type JsonObject } from "@scopeward/core";
import type { Issued, IssueRequest, Replayed } from "../keys.ts";
import { effectiveAuthority } from "../authority/authority.ts";
import { type KeyBody, recordOf } from "../record/key-body.ts";
import type { IdempotencyRecord } from "../store/key-store.ts";
import { mintToken, newKeyId } from "../token/token.ts";
import type { Secret } from "../token/secret.ts";
import { type Actor, localActor } from "./actor.ts";
import { timeText } from "./duration.ts";
import {
  auditRefusal,
  auditUnavailable,
  commitChanges,
  conflictOf,
  type OperationContext,
  untold,
} from "./key-change.ts";
import { isLive, readChain, readKey } from "./key-reading.ts";
import { defaultLifeMs, earliestExpiryMs, ruleRefusal } from "./key-rules.ts";
import { pointsInTime } from "./life.ts";
import { refuse, type Refusal } from "./refusal.ts";
import { readMembers } from "./request-members.ts";
import { revoke } from "./revoke.ts";

const members: readonly (keyof IssueRequest)[] = [
  "owner",
  "kind",
  "audience",
  "scopes",
  "constraints",
  "expires",
  "notBefore",
  "name",
  "notes",
  "parent",
  "mayGrant",
  "idempotencyKey",
];

/**
 * Issues a key: for a child, within its parent; for a management key, within what that may grant.
 * The token is answered only after the audit log has the entry; when it fails, the key is ended.
 */
export async function issue(
  context: OperationContext,
  actor: Actor,
  request: unknown,
): Promise<Issued | Replayed | Refusal> {
  const read = readMembers(request, members);
  if (read.kind === "refused") return read;
  const wanted = read.members as JsonObject & IssueRequest;
  if (wanted.owner === undefined) return refuse("invalid", "`owner` is missing", "owner");
  const idempotency = await fingerprintOf(context, actor, wanted);
  if (idempotency !== undefined) {
    const used = await context.store.findIdempotency(context.tenant, idempotency.digest);
    if (used !== undefined) return await replay(context, used, idempotency);
  }
  return await issueNew(context, actor, wanted, idempotency);
}

type Idempotency = Omit<IdempotencyRecord, "keyId">;

async function issueNew(
  context: OperationContext,
  actor: Actor,
  wanted: IssueRequest,
  idempotency: Idempotency | undefined,
): Promise<Issued | Replayed | Refusal> {
  const above = await readParents(context, wanted.parent);
  if (above.kind === "refused") return above;
  const made = await newKey(context, actor, wanted, above.keys);
  if (made.kind === "refused") return made;
  const { body, token } = made;
  const refusal =
    ruleRefusal(body, above.keys, context.catalogue()) ??
    actor.mayGive(body, context.clock.wallMs()) ??
    (await auditRefusal(context));
  if (refusal !== undefined) return refusal;
  const result = await commitChanges(
    context,
    [{ after: body, event: body.parent === undefined ? "issued" : "delegated" }],
    {
      actor,
      above: above.keys,
      ...(idempotency === undefined ? {} : { idempotency: { ...idempotency, keyId: body.id } }),
    },
  );
  switch (result.kind) {
    case "conflict":
      return conflictOf(result.id);
    case "replayed":
      // Another process was first with the same idempotency key.
      return idempotency === undefined
        ? conflictOf(body.id)
        : await replay(context, result.record, idempotency);
    case "committed":
      if (await context.relay.relay(result.entries)) {
        return { kind: "issued", key: recordOf(body), token };
      }
      await revoke(context, localActor, body.id, { reason: untold });
      return auditUnavailable();
  }
}

async function readParents(
  context: OperationContext,
  parent: string | undefined,
): Promise<{ readonly kind: "keys"; readonly keys: readonly KeyBody[] } | Refusal> {
  if (parent === undefined) return { kind: "keys", keys: [] };
  const read = await readChain(context, parent);
  if (read.kind === "refused") return { ...read, field: "parent" };
  const keys = [read.body, ...read.above];
  const nowMs = context.clock.wallMs();
  return keys.every((key) => isLive(key, nowMs))
    ? { kind: "keys", keys }
    : refuse("parent_inactive", "the parent is revoked, disabled or expired", "parent");
}

async function newKey(
  context: OperationContext,
  actor: Actor,
  wanted: IssueRequest,
  above: readonly KeyBody[],
): Promise<{ readonly kind: "made"; readonly body: KeyBody; readonly token: Secret } | Refusal> {
  const nowMs = context.clock.wallMs();
  const kind = wanted.kind ?? (wanted.audience === "external" ? "ext" : "int");
  const times = pointsInTime(wanted, nowMs);
  if (times.kind === "refused") return times;
  const life = defaultLifeMs[kind];
  const defaultMs = Math.min(
    life === undefined ? Infinity : nowMs + life,
    earliestExpiryMs(above) ?? Infinity,
  );
  const expiresAt = times.expiresAt ?? (defaultMs === Infinity ? undefined : timeText(defaultMs));
  const id = newKeyId();
  const token = mintToken(kind, id);
  const pepper = await context.peppers.current();
  const createdAt = timeText(nowMs);
  const { owner, name, notes, parent, mayGrant } = wanted;
  const body: KeyBody = {
    id,
    tenant: context.tenant,
    owner,
    kind,
    audience: wanted.audience ?? (kind === "ext" ? "external" : "internal"),
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    scopes: wanted.scopes ?? [],
    // What limits the parents and is not mentioned limits the child as well.
    constraints: { ...effectiveAuthority(above).constraints, ...wanted.constraints },
    ...(mayGrant === undefined ? {} : { mayGrant }),
    status: "active",
    ...(times.notBefore === undefined ? {} : { notBefore: times.notBefore }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(parent === undefined ? {} : { parent }),
    secrets: [
      {
        number: 1,
        createdAt,
        pepper: pepper.id,
        mac: pepper.digest(token.reveal()),
      },
    ],
    createdAt,
    createdBy: actor.name,
    version: 1,
  };
  return { kind: "made", body, token };
}

/** Digests of the idempotency key and of the request, so that neither is stored. */
async function fingerprintOf(
  { peppers, tenant }: OperationContext,
  actor: Actor,
  { idempotencyKey, ...request }: JsonObject & IssueRequest,
): Promise<Idempotency | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const pepper = await peppers.current();
  return {
    tenant,
    // Each actor has idempotency keys of its own: the answer shows what the first request made.
    digest: pepper.fingerprint(canonicalJson(["idempotency", tenant, actor.name, idempotencyKey])),
    request: pepper.fingerprint(canonicalJson(["request", request])),
  };
}

async function replay(
  context: OperationContext,
  used: IdempotencyRecord,
  { request }: Idempotency,
): Promise<Replayed | Refusal> {
  if (used.request !== request) {
    return refuse(
      "idempotency_mismatch",
      "the idempotency key was used for another request",
      "idempotencyKey",
    );
  }
  const read = await readKey(context, used.keyId);
  return read.kind === "refused" ? read : { kind: "replayed", key: recordOf(read.body) };
}
