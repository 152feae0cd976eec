import type { ApprovalChannel } from "../approval-channel.ts";
import type { AuditLog } from "../audit-log.ts";
import type { Clock } from "../clock.ts";
import type { ContextProvider } from "../context-provider.ts";
import type { KeyVerifier } from "../key-verifier.ts";
import type { Limiter } from "../limiter.ts";
import type { Normaliser } from "../normaliser.ts";
import type { ObligationHandler } from "../obligation.ts";
import type { PolicyDecisionPoint } from "../policy-decision-point.ts";
import type { Notice } from "./notice.ts";
import type { Shadow } from "./shadow.ts";

/** The obligations that every Enforcer can carry out. */
export type BuiltInObligation =
  | "redact_result"
  | "max_output_tokens"
  | "audit"
  | "notify"
  | "allow_self_approval";

/** What an Enforcer is made of. */
export interface EnforcerParts<
  H extends readonly ObligationHandler[] = readonly ObligationHandler[],
> {
  readonly keys: KeyVerifier;
  readonly policy: PolicyDecisionPoint;
  readonly audit: AuditLog;
  /** Under which what belongs to no key is written down; `default` where absent. */
  readonly tenant?: string;
  readonly clock?: Clock;
  /** Absent: a question to a person is a deny, `engine:approval_unavailable`. */
  readonly approvals?: ApprovalChannel;
  /** In addition to the built-in ones, which they cannot replace. */
  readonly obligations?: H;
  /** The types that the policies use; one that nobody handles does not compile, and throws at the start. */
  readonly expects?: readonly (H[number]["type"] | BuiltInObligation)[];
  readonly contextProviders?: readonly ContextProvider[];
  readonly normalisers?: readonly Normaliser[];
  readonly limiter?: Limiter;
  readonly shadow?: Shadow;
  /** Told by the obligation `notify`; absent: such a call is denied. */
  readonly notify?: (notice: Notice) => void | Promise<void>;
  readonly bounds?: EnforcerBounds;
}

/** Bounds of one call. */
export interface EnforcerBounds {
  /** Milliseconds that a question waits for its answer, 900,000 where absent. */
  readonly approvalMs?: number;
  /** Questions of one key that may wait at once, 20 where absent. */
  readonly pendingApprovalsPerKey?: number;
  /** Milliseconds that the audit log, the key store or the approval channel may take, 10,000 where absent. */
  readonly portMs?: number;
  /** Bytes of a tool's arguments as JSON, 1,048,576 where absent. */
  readonly argsBytes?: number;
}
