import { covers } from "@scopeward/core";
import type { KeysContext } from "../keys-context.ts";
import type { KeyBody } from "../record/key-body.ts";
import { isKeyId } from "../token/token.ts";
import { compareWithLog } from "../outbox/store-history.ts";
import { isExpired } from "./key-reading.ts";
import type { LintFinding, LintRule, LintSources } from "./lint-finding.ts";
import { about, findingsOf, type LintedKey } from "./lint-rules.ts";
import { readKeys } from "./list.ts";

type LintContext = Pick<
  KeysContext,
  "tenant" | "store" | "peppers" | "clock" | "audit" | "catalogue"
>;

/** Looks at every key of the tenant that works, or could be enabled again. */
export async function lint(
  context: LintContext,
  sources: LintSources,
): Promise<readonly LintFinding[]> {
  const findings = await storeFindings(context);
  const keys = new Map<string, LintedKey>();
  for await (const { stored, body, fault } of readKeys(context, {})) {
    if (fault !== undefined) findings.push(ofRecord(stored.id, "pepper_missing", fault.message));
    else if (body === undefined) findings.push(invalidRecord(stored.id));
    else keys.set(body.id, { body, lastUsedAt: stored.lastUsedAt });
  }
  const nowMs = context.clock.wallMs();
  const catalogue = context.catalogue();
  const revoked = await sources.revokedKeys?.();
  for (const key of keys.values()) {
    const { body } = key;
    if (body.status === "revoked" || isExpired(body, nowMs)) continue;
    findings.push(...findingsOf(key, { keys, nowMs, catalogue }));
    findings.push(...(await sourceFindings(body, sources)));
    if (revoked?.has(body.id) === true) {
      findings.push(about(body, "revived", "was revoked by the audit log, and works: revoke it"));
    } else {
      findings.push(...(await versionFindings(body, sources)));
    }
  }
  return findings;
}

async function storeFindings(context: LintContext): Promise<LintFinding[]> {
  const history = await compareWithLog(await context.store.storeId(), context);
  if (history.kind === "whole") return [];
  if (history.kind === "unknown") {
    const what = "so it is not known whether the store was put back, or a revoked key works again";
    return [{ rule: "log_unreadable", message: `the audit log cannot be read, ${what}` }];
  }
  const { storeSequence, auditSequence } = history;
  const message =
    `the store is at change ${storeSequence} and the audit log at ${auditSequence}: it was put back ` +
    "to an earlier state, so revoke again what the log says is revoked";
  return [{ rule: "store_rolled_back", message }];
}

// An earlier record is sealed as well: a secret that was rotated away, or a scope that was taken, is
// in force again, and nothing in the store shows it.
async function versionFindings(
  body: KeyBody,
  { latestVersion }: LintSources,
): Promise<readonly LintFinding[]> {
  const latest = await latestVersion?.(body.id);
  if (latest === undefined || latest <= body.version) return [];
  const what = `is at version ${body.version} and the audit log at ${latest}: its record was put back, so revoke it`;
  return [about(body, "record_rolled_back", what)];
}

async function sourceFindings(
  body: KeyBody,
  { knownOwner, usedScopes }: LintSources,
): Promise<readonly LintFinding[]> {
  const findings: LintFinding[] = [];
  if (knownOwner !== undefined && !(await knownOwner(body.owner))) {
    findings.push(about(body, "owner_unknown", "has an owner who is not known: revoke it"));
  }
  const used = await usedScopes?.(body.id);
  if (used === undefined) return findings;
  for (const grant of body.scopes) {
    if ([...used].some((scope) => covers(grant, scope))) continue;
    findings.push(about(body, "grant_unused", `never used \`${grant}\`: leave it out`));
  }
  return findings;
}

function invalidRecord(id: string): LintFinding {
  const message = "the record was edited or damaged: find out by whom, and issue a new key";
  return ofRecord(id, "record_invalid", message);
}

// An id that is none was written by somebody else, and is not repeated.
function ofRecord(id: string, rule: LintRule, message: string): LintFinding {
  return { rule, ...(isKeyId(id) ? { keyId: id } : {}), message };
}
