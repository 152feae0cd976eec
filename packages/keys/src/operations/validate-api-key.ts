import { randomUUID } from "node:crypto";
import { covers, isScope, type VerificationCode } from "@scopeward/core";
import type { AuditEntry, Principal, Verification } from "@scopeward/sdk";
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

/**
 * Whether a token is good for a scope now. It is a use: the audit log has it before it is answered,
 * and the answer is false when that cannot take it. Never rejects.
 */
export async function validateApiKey(
  context: OperationContext,
  token: unknown,
  requiredScope: unknown,
): Promise<boolean> {
  // What is no scope is not written down either: it may be anything, even a token.
  if (typeof requiredScope !== "string" || requiredScope.length > maxGrantLength) return false;
  if (!isScope(requiredScope)) return false;
  try {
    const verification = await context.verifier.verify(token);
    const keyId = keyIdOf(verification);
    if (keyId === undefined) return false;
    const code =
      verification.outcome === "verified"
        ? refusalCode(context, verification.principal, requiredScope)
        : verification.code;
    const entry: AuditEntry = {
      id: randomUUID(),
      type: "decision",
      time: timeText(context.clock.wallMs()),
      tenant: context.tenant,
      event: "key_validated",
      keyId,
      scope: requiredScope,
      effect: code === undefined ? "allow" : "deny",
      ...(code === undefined ? {} : { code }),
    };
    const appended = await context.audit.append([entry]);
    return appended.kind === "appended" && code === undefined;
  } catch {
    return false;
  }
}

function keyIdOf(verification: Verification): string | undefined {
  if (verification.outcome === "verified") return verification.principal.key.id;
  return provenCodes.has(verification.code) ? verification.keyId : undefined;
}

/** Why the key is no good for the scope, in the codes of a decision; undefined when it is. */
function refusalCode(
  { catalogue }: OperationContext,
  { key }: Principal,
  scope: string,
): string | undefined {
  if (!key.scopes.some((grant) => covers(grant, scope))) return "scope:missing";
  const declared = catalogue();
  if (declared === undefined) return undefined;
  const holder = { audience: key.audience, constraints: key.constraints ?? {} };
  switch (standingOf(scope, holder, declared).kind) {
    case "open":
      return undefined;
    case "scope_unknown":
      return "scope:unknown";
    case "scope_audience":
      return "scope:audience";
    case "constraint_missing":
      return "key:constraint_unresolved";
  }
}
