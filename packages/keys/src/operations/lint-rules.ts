import type { Catalogue } from "@scopeward/core";
import { effectiveAuthority } from "../authority/authority.ts";
import type { KeyBody } from "../record/key-body.ts";
import { standingOf } from "./catalogue-check.ts";
import { declaredConstraints } from "./declared-constraints.ts";
import { maxChainLength } from "../authority/chain-length.ts";
import type { LintFinding, LintRule } from "./lint-finding.ts";

/** A key to be looked at. */
export interface LintedKey {
  readonly body: KeyBody;
  /** As the store says; not sealed. */
  readonly lastUsedAt: string | undefined;
}

/** What the rules are held against. */
export interface LintView {
  /** All keys by id, for those above. */
  readonly keys: ReadonlyMap<string, LintedKey>;
  readonly nowMs: number;
  readonly catalogue: Catalogue | undefined;
}

const dayMs = 86_400_000;

/** What is to be said about one key, by itself and by what the policies declare now. */
export function findingsOf(key: LintedKey, view: LintView): readonly LintFinding[] {
  const { body } = key;
  return [
    ...expiryFindings(body, view.nowMs),
    ...useFindings(key, view.nowMs),
    ...body.scopes
      .filter((grant) => grant.includes("*"))
      .map((grant) => about(body, "grant_wildcard", `has \`${grant}\`: name the scopes instead`)),
    ...catalogueFindings(body, view),
    ...constraintFindings(body, view),
  ];
}

/** A finding about one key. */
export function about({ id, owner }: KeyBody, rule: LintRule, what: string): LintFinding {
  return { rule, keyId: id, owner, message: `the key ${what}` };
}

function expiryFindings(body: KeyBody, nowMs: number): readonly LintFinding[] {
  if (body.expiresAt === undefined) {
    return [about(body, "no_expiry", "never expires: give it an end")];
  }
  // An agent's key always does, and a new one is issued for each task.
  if (body.kind === "agt") return [];
  const days = (Date.parse(body.expiresAt) - nowMs) / dayMs;
  const say = (rule: "expiring_1d" | "expiring_7d" | "expiring_14d"): readonly LintFinding[] => [
    about(body, rule, `expires at ${body.expiresAt}: issue another one, or move its end`),
  ];
  if (days <= 1) return say("expiring_1d");
  if (days <= 7) return say("expiring_7d");
  return days <= 14 ? say("expiring_14d") : [];
}

function useFindings({ body, lastUsedAt }: LintedKey, nowMs: number): readonly LintFinding[] {
  const usedMs = Date.parse(lastUsedAt ?? "");
  // A time that is none, like one that was never written, leaves when the key was issued.
  const sinceMs = Number.isNaN(usedMs) ? Date.parse(body.createdAt) : usedMs;
  const days = (nowMs - sinceMs) / dayMs;
  const what = `was not used since ${new Date(sinceMs).toISOString()}: revoke it if nobody needs it`;
  if (days >= 90) return [about(body, "unused_90d", what)];
  return days >= 30 ? [about(body, "unused_30d", what)] : [];
}

function catalogueFindings(body: KeyBody, { keys, catalogue }: LintView): readonly LintFinding[] {
  if (catalogue === undefined || body.kind === "mgt") return [];
  const effective = effectiveAuthority(chainOf(body, keys));
  const holder = { audience: body.audience, constraints: effective.constraints };
  const unknown = body.scopes
    .filter((grant) => standingOf(grant, holder, catalogue).kind === "scope_unknown")
    .map((grant) =>
      about(body, "scope_unknown", `has \`${grant}\`, which no policy declares: leave it out`),
    );
  const opens = effective.scopes.some(
    (grant) => standingOf(grant, holder, catalogue).kind === "open",
  );
  return opens
    ? unknown
    : [...unknown, about(body, "covers_nothing", "opens nothing any more: update or revoke it")];
}

function constraintFindings(body: KeyBody, { catalogue }: LintView): readonly LintFinding[] {
  if (catalogue === undefined) return [];
  const declared = declaredConstraints(catalogue);
  return Object.keys(body.constraints)
    .filter((name) => !declared.has(name))
    .map((name) => {
      const what = `has the constraint \`${name}\`, which no policy declares: it narrows nothing unless a rule reads it`;
      return about(body, "constraint_unknown", what);
    });
}

function chainOf(body: KeyBody, keys: LintView["keys"]): readonly KeyBody[] {
  const chain = [body];
  while (chain.length < maxChainLength) {
    const parent = keys.get(chain.at(-1)!.parent ?? "")?.body;
    if (parent === undefined) break;
    chain.push(parent);
  }
  return chain;
}
