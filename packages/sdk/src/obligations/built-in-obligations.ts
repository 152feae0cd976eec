import type { BuiltInObligation } from "../enforcement/enforcer-parts.ts";
import type { Notice } from "../enforcement/notice.ts";
import type { ObligationHandler } from "../obligation.ts";
import { allowSelfApproval } from "./allow-self-approval.ts";
import { audit } from "./audit.ts";
import { maxOutputTokens } from "./max-output-tokens.ts";
import { notifyObligation } from "./notify.ts";
import { redactResult } from "./redact-result.ts";

/** The handlers that every Enforcer has, one for each built-in type. */
export function builtInObligations(
  notify: ((notice: Notice) => void | Promise<void>) | undefined,
): readonly ObligationHandler<BuiltInObligation>[] {
  return [allowSelfApproval, audit, maxOutputTokens, notifyObligation(notify), redactResult];
}
