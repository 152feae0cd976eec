import type { JsonObject } from "@scopeward/core";
import type { ApprovalRecord } from "../approval-channel.ts";
import type { Principal } from "../principal.ts";
import type {
  ApprovalOutcome,
  Authorization,
  Execution,
  Listing,
  Permit,
  Run,
  ToolBody,
} from "./authorization.ts";
import type { Caller, ModelCall, ToolCall, ToolListing } from "./call.ts";

/** The tool that answers questions; a policy names it in a scope and so says who may approve. */
export const approvalTool = "answer_approval";

/**
 * The one path that every adapter goes through: verify, decide, write down, run, write down.
 *
 * Nothing here rejects for what a caller, a policy, a plugin or the audit log does: whatever goes wrong
 * is a deny with a code. Only what a tool itself throws is thrown.
 */
export interface Enforcer {
  /** Decides one call of a tool. Nothing has run yet; a call that is allowed has a permit. */
  authorize(call: ToolCall): Promise<Authorization>;
  /** The same for a call of a model. */
  authorizeModel(call: ModelCall): Promise<Authorization>;
  /**
   * Uses a permit: verifies the key again, reserves limits, carries out what comes before the tool,
   * runs it, transforms or withholds its result, and writes the outcome down. A result that is an
   * async iterable is transformed piece by piece, and its outcome is written at its end: once it is read
   * through, fails, or is ended with `return`. One that nobody reads or ends has none.
   */
  execute<R, A = JsonObject>(permit: Permit, tool: ToolBody<R, A>): Promise<Execution<R>>;
  /** `authorize` and `execute` in one. Asks a person at once where the approval channel can. */
  run<R, A = JsonObject>(
    call: Omit<ToolCall, "tool" | keyof Caller> & Caller,
    tool: ToolBody<R, A>,
  ): Promise<Run<R>>;
  /** Which of some tools may be offered, by phase `list`: hides only what is denied. One audit entry. */
  list(listing: ToolListing): Promise<Listing>;
  /**
   * Answers a question for a person, who is verified, must be allowed the tool `answer_approval` by
   * policy, and is neither subject nor actor of the call, unless policy adds the obligation
   * `allow_self_approval`.
   */
  answerApproval(answer: {
    readonly id: string;
    readonly verdict: "approve" | "deny";
    readonly approver: Caller;
    readonly note?: string;
  }): Promise<ApprovalOutcome>;
  /**
   * Puts a question to whoever the approval channel asks, and takes the answer through
   * `answerApproval`. Undefined where the channel cannot ask, or nobody answered.
   */
  ask(record: ApprovalRecord, signal?: AbortSignal): Promise<ApprovalOutcome | undefined>;
  /**
   * Runs a function, and whatever it starts, with a principal at hand, for code that cannot pass it on.
   * While a tool runs, its own principal is at hand.
   */
  withPrincipal<T>(principal: Principal, work: () => T): T;
  /** The principal at hand; undefined outside of `withPrincipal` and of tools. */
  currentPrincipal(): Principal | undefined;
  /** Writes down what is still counted and closes the approval channel; every later call is denied. */
  close(): Promise<void>;
}
