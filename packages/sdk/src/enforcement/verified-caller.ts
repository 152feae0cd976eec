import type { VerificationCode } from "@scopeward/core";
import { verificationCodes } from "@scopeward/core";
import type { KeyVerifier } from "../key-verifier.ts";
import type { Principal } from "../principal.ts";
import type { Caller } from "./call.ts";
import { within } from "./deadline.ts";

/** Who calls, as of now; or why that is nobody. */
export type VerifiedCaller =
  | { readonly kind: "verified"; readonly principal: Principal }
  | {
      readonly kind: "rejected";
      readonly code: VerificationCode;
      /** Of the key, where whoever called has shown its secret: others could name any key. */
      readonly keyId?: string;
      /** For whoever wrote the call, where a code alone does not tell. */
      readonly message?: string;
    };

// Nobody gets these without the key's secret.
const provenCodes: ReadonlySet<string> = new Set<VerificationCode>([
  "key:revoked",
  "key:disabled",
  "key:not_yet_valid",
  "key:expired",
  "key:parent_inactive",
  "key:address_not_allowed",
]);
const codes: ReadonlySet<string> = new Set(verificationCodes);

/**
 * Verifies a token, or a principal's key chain once more. Never rejects: a verifier that does, is late
 * or answers with something else is `key:store_unavailable`.
 */
export async function verifiedCaller(
  keys: KeyVerifier,
  caller: Caller,
  deadlineMs: number,
): Promise<VerifiedCaller> {
  const { principal, token, address } = caller;
  if (principal !== undefined && token !== undefined) {
    return { kind: "rejected", code: "key:malformed", message: namedTwice };
  }
  const waited = await within(deadlineMs, async () =>
    readAnswer(
      token === undefined
        ? await keys.reverify(principal)
        : await keys.verify(token, address === undefined ? {} : { address }),
    ),
  );
  const answer = waited.kind === "done" ? waited.value : unavailable;
  const isNamed = token !== undefined || principal !== undefined;
  return answer.kind === "verified" || isNamed ? answer : { ...answer, message: unnamed };
}

const namedTwice = "the call names a `principal` and a `token`: give one of them";
const unnamed = "the call names no `principal` and no `token`";

function readAnswer(answer: unknown): VerifiedCaller {
  if (typeof answer !== "object" || answer === null || !("outcome" in answer)) return unavailable;
  if (answer.outcome === "verified" && "principal" in answer) {
    return typeof answer.principal === "object" && answer.principal !== null
      ? { kind: "verified", principal: answer.principal as Principal }
      : unavailable;
  }
  if (answer.outcome !== "rejected" || !("code" in answer)) return unavailable;
  if (typeof answer.code !== "string" || !codes.has(answer.code)) return unavailable;
  const keyId = "keyId" in answer && provenCodes.has(answer.code) ? answer.keyId : undefined;
  return {
    kind: "rejected",
    code: answer.code as VerificationCode,
    ...(typeof keyId === "string" ? { keyId } : {}),
  };
}

const unavailable: VerifiedCaller = Object.freeze({
  kind: "rejected",
  code: "key:store_unavailable",
});
