import { randomUUID } from "node:crypto";
import { covers, isScope, risks, type Catalogue, type VerificationCode } from "@scopeward/core";
import type {
  AccessCode,
  AccessRequirement,
  AccessVerification,
  AuditEntry,
  Principal,
  Verification,
  VerifyOptions,
} from "@scopeward/sdk";
import { maxGrantLength } from "../record/body-shape.ts";
import { standingOf } from "./catalogue-check.ts";
import { timeText } from "./duration.ts";
import type { OperationContext } from "./key-change.ts";

// Whoever gets these has shown the key's secret. The others cost nothing to cause, so they are
// counted by the verifier and fill no log.
const provenCodes: ReadonlySet<VerificationCode> = new Set([
  "key:revoked",
  "key:disabled",
  "key:not_yet_valid",
  "key:expired",
  "key:parent_inactive",
  "key:address_not_allowed",
]);

type Rejected = Extract<AccessVerification, { outcome: "rejected" }>;
type Refused = Rejected & { readonly code: AccessCode };

/**
 * Whether a token is good for a scope now. It is a use: the audit log has it before it is answered,
 * and the answer is false when that cannot take it. Never rejects.
 */
export async function validateApiKey(
  context: OperationContext,
  token: unknown,
  requiredScope: string,
): Promise<boolean> {
  const { outcome } = await verifyAccess(context, token, { scope: requiredScope });
  return outcome === "verified";
}

/** The same for a scope or a feature, with who it is or why not. Never rejects. */
export async function verifyAccess(
  context: OperationContext,
  token: unknown,
  required: AccessRequirement,
  options?: VerifyOptions,
): Promise<AccessVerification> {
  try {
    // What is no scope is not written down either: it may be anything, even a token.
    const name = required.scope ?? required.feature;
    if (typeof name !== "string" || name.length > maxGrantLength) return rejected("scope:unknown");
    if (required.scope !== undefined && !isScope(name)) return rejected("scope:unknown");
    const verification = await context.verifier.verify(token, options);
    const answer = answerOf(verification, required, context.catalogue());
    const keyId = keyIdOf(verification);
    if (keyId === undefined) return answer;
    const isWritten = await note(context, keyId, required, answer);
    return isWritten ? answer : rejected("engine:audit_unavailable");
  } catch {
    return rejected("engine:audit_unavailable");
  }
}

function rejected(code: Rejected["code"]): Rejected {
  return { outcome: "rejected", code };
}

function answerOf(
  verification: Verification,
  required: AccessRequirement,
  catalogue: Catalogue | undefined,
): AccessVerification {
  if (verification.outcome === "rejected") return rejected(verification.code);
  const { principal } = verification;
  const refused =
    required.scope === undefined
      ? featureRefusal(required.feature, principal, catalogue)
      : scopeRefusal(required.scope, principal, catalogue);
  return refused ?? { outcome: "verified", principal };
}

async function note(
  { clock, tenant, audit }: OperationContext,
  keyId: string,
  { scope, feature }: AccessRequirement,
  answer: AccessVerification,
): Promise<boolean> {
  const entry: AuditEntry = {
    id: randomUUID(),
    type: "decision",
    time: timeText(clock.wallMs()),
    tenant,
    event: "key_validated",
    keyId,
    ...(scope === undefined ? { feature } : { scope }),
    effect: answer.outcome === "verified" ? "allow" : "deny",
    ...(answer.outcome === "verified" ? {} : { code: answer.code }),
  };
  return (await audit.append([entry])).kind === "appended";
}

function keyIdOf(verification: Verification): string | undefined {
  if (verification.outcome === "verified") return verification.principal.key.id;
  return provenCodes.has(verification.code) ? verification.keyId : undefined;
}

/** Why the key is no good for the scope; undefined when it is. Without policies the key decides. */
function scopeRefusal(
  scope: string,
  { key }: Principal,
  catalogue: Catalogue | undefined,
): Refused | undefined {
  if (!key.scopes.some((grant) => covers(grant, scope))) {
    return { outcome: "rejected", code: "scope:missing", missingScope: scope };
  }
  if (catalogue === undefined) return undefined;
  const holder = { audience: key.audience, constraints: key.constraints ?? {} };
  switch (standingOf(scope, holder, catalogue).kind) {
    case "open":
      return undefined;
    case "scope_unknown":
      return { outcome: "rejected", code: "scope:unknown" };
    case "scope_audience":
      return { outcome: "rejected", code: "scope:audience" };
    case "constraint_missing":
      return { outcome: "rejected", code: "key:constraint_unresolved" };
  }
}

/** Why none of the feature's scopes will do, as a decision orders it; undefined when one does. */
function featureRefusal(
  feature: string,
  principal: Principal,
  catalogue: Catalogue | undefined,
): Refused | undefined {
  const scopes = Object.entries(catalogue?.scopes ?? {}).filter(
    ([, declared]) => declared.feature === feature,
  );
  if (scopes.length === 0) return { outcome: "rejected", code: "scope:unknown" };
  const open = scopes
    .filter(([, { audiences }]) => audiences.includes(principal.key.audience))
    .toSorted(
      ([name, { risk }], [otherName, { risk: otherRisk }]) =>
        rankOf(risk) - rankOf(otherRisk) || (name < otherName ? -1 : 1),
    );
  if (open.length === 0) return { outcome: "rejected", code: "scope:audience" };
  const refusals = open.map(([scope]) => scopeRefusal(scope, principal, catalogue));
  if (refusals.includes(undefined)) return undefined;
  return refusals.find((refused) => refused?.code !== "scope:missing") ?? refusals[0];
}

function rankOf(risk: (typeof risks)[number] | undefined): number {
  return risk === undefined ? risks.length : risks.indexOf(risk);
}
