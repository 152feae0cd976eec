import type { Decision, JsonObject, Reason } from "@scopeward/core";
import type { ApprovalRecord } from "../approval-channel.ts";
import type { Principal } from "../principal.ts";

declare const permitted: unique symbol;

/**
 * The right to run one tool once, with the arguments that were decided on, within 30 seconds. Only the
 * Enforcer makes one, and only the same Enforcer takes it: a literal does not compile, and a copy, one
 * of another Enforcer or of another copy of this module is `engine:permit_invalid`.
 */
export interface Permit {
  readonly [permitted]: true;
  /** The name of the tool, or of the model. */
  readonly target: string;
}

/** The answer to a call: go on with the permit, do not, or ask a person first. */
export type Authorization = Allowed | Denied | ApprovalNeeded;

/** The call may run: give the permit to `execute`. */
export interface Allowed {
  readonly kind: "allow";
  readonly permit: Permit;
  /** What was decided on, with what a policy rewrote; deep-frozen. The tool gets these. */
  readonly args: JsonObject;
  readonly decision: Decision;
  /** Joins the entries of decision and outcome in the audit log. */
  readonly decisionId: string;
  /** The principal as it was verified for this call. */
  readonly principal: Principal;
  /** The smallest `max_output_tokens` of the obligations; only for a model call. */
  readonly maxOutputTokens?: number;
}

/** The call must not run. */
export interface Denied {
  readonly kind: "deny";
  readonly decision: Decision;
  /** Absent where nobody was verified: junk is counted, not written down one by one. */
  readonly decisionId?: string;
}

/** A person has to say yes first. Authorize again with `approval: record.id` once somebody has. */
export interface ApprovalNeeded {
  readonly kind: "approval";
  readonly approval: ApprovalRecord;
  readonly decision: Decision;
  readonly decisionId: string;
}

/** Which tools may be offered. */
export type Listing =
  | {
      readonly kind: "listed";
      /** Of those asked for, in their order. */
      readonly tools: readonly string[];
      /** The others, with why. */
      readonly hidden: readonly { readonly tool: string; readonly reasons: readonly Reason[] }[];
      readonly decisionId: string;
    }
  | Denied;

/** What came of running a tool. The tool's own errors are thrown as they are. */
export type Execution<R> =
  | {
      readonly kind: "done";
      readonly result: R;
      readonly decision: Decision;
      readonly decisionId: string;
    }
  | Denied;

/** What came of the whole path around a tool. */
export type Run<R> = Execution<R> | ApprovalNeeded;

/** What a tool may know while it runs. */
export interface ToolRun {
  readonly principal: Principal;
  readonly decisionId: string;
  readonly signal: AbortSignal | undefined;
  readonly maxOutputTokens?: number;
  /** Whether obligations transform the result before anybody is given it: hold back what is not whole. */
  readonly isTransformed: boolean;
}

/** The body of a tool, and how its result is read. */
export interface ToolBody<R, A = JsonObject> {
  /** The name that was authorized: the tool's, or the model's. */
  readonly name: string;
  /**
   * Called once for each permit, with the frozen arguments that were decided on. Limits stay reserved, and
   * no outcome is written, until it ends: where a framework runs the tool itself, and this only waits for
   * it, the adapter ends it with the session at the latest.
   */
  readonly execute: (args: A, run: ToolRun) => R | Promise<R>;
  /**
   * For a result that wraps what obligations are about, such as a message with a content: gives the
   * result with `transform` applied to each part of it. Where absent, the result is one part.
   */
  readonly parts?: (result: R, transform: (part: unknown) => Promise<unknown>) => Promise<R>;
  /**
   * The same for a result that is an async iterable: gives a piece with `transform` applied to each part
   * of it. No part may be cut by the border between two pieces. Where absent, the pieces go through the
   * obligations' own `transformStream`.
   */
  readonly pieceParts?: (
    piece: unknown,
    transform: (part: unknown) => Promise<unknown>,
  ) => Promise<unknown>;
  /** Of the run, where it was not known when the call was authorized; else that of the call. */
  readonly signal?: AbortSignal;
  /** Whether what the tool threw is the framework's own signal, such as an interrupt, and no failure. */
  readonly isSignal?: (error: unknown) => boolean;
}

/** What came of an answer to a question. */
export type ApprovalOutcome =
  | { readonly kind: "answered"; readonly record: ApprovalRecord }
  /** The approver may not answer this one: policy says so, or it is their own call. */
  | Denied
  /** There is no such question, it is answered already, or it has expired. */
  | { readonly kind: "refused"; readonly status: ApprovalRecord["status"] | "unknown" };
