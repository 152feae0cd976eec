import type { Action, JsonObject, Party, Reason, Resource } from "@scopeward/core";
import type { Caller } from "./enforcement/call.ts";

/** What a person is asked. The stored record is the authority; whatever else carries only its id. */
export interface ApprovalRequest {
  /** Unguessable, 22 characters or more of `[A-Za-z0-9_-]`. */
  readonly id: string;
  /** Equal for equal questions: a digest of tenant, key, action, final arguments, codes and call id. */
  readonly binding: string;
  readonly tenant: string;
  readonly keyId: string;
  readonly subject: Party;
  readonly actors: readonly Party[];
  readonly action: Action;
  readonly resource?: Resource;
  /** The final arguments, for the person to read. May hold what a model was talked into: escape it. */
  readonly args: JsonObject;
  /** What an answer answers, sorted. */
  readonly codes: readonly string[];
  readonly reasons: readonly Reason[];
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  /** RFC 3339, UTC; from then on it can neither be answered nor used. */
  readonly expiresAt: string;
}

/** What a person said. */
export interface ApprovalAnswer {
  readonly verdict: "approve" | "deny";
  readonly approver: Party;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** The person's own words, 1,000 characters at most. */
  readonly note?: string;
}

/** `consumed`: used for the one call that it was for. Only `pending` and `approved` change. */
export type ApprovalStatus = "pending" | "approved" | "denied" | "consumed" | "expired";

/** A question with what became of it. */
export interface ApprovalRecord extends ApprovalRequest {
  readonly status: ApprovalStatus;
  /** There once it is `approved`, `denied` or `consumed`. */
  readonly answer?: ApprovalAnswer;
}

/** What became of a new question. */
export type ApprovalCreated =
  /** The new record, or the one of the same binding that is not consumed and whose `expiresAt` is after now. */
  | { readonly kind: "created" | "existing"; readonly record: ApprovalRecord }
  /** The key has as many pending questions as it may have. */
  | { readonly kind: "full" };

/** What became of a change. */
export type ApprovalChange =
  | { readonly kind: "changed"; readonly record: ApprovalRecord }
  /** Nothing changed: it was not in the status that the change starts from, or has expired. */
  | { readonly kind: "conflict"; readonly status: ApprovalStatus }
  | { readonly kind: "unknown" };

/** Which records a list holds; what is absent does not narrow. */
export interface ApprovalFilter {
  readonly tenant?: string;
  readonly status?: ApprovalStatus;
  readonly keyId?: string;
}

/** What a person answered at once, and who it was. */
export interface AskedAnswer {
  readonly verdict: "approve" | "deny";
  /** Verified, and authorised by policy, before the answer counts. */
  readonly approver: Caller;
  readonly note?: string;
}

/**
 * Where questions to people are kept (port version 1).
 *
 * - Atomicity: `create`, `answer` and `consume` are each one compare-and-set, across every handle and
 *   process that shares the channel: of two concurrent `consume` one is `changed`, the other a conflict.
 * - Durability: where the channel is durable, a change is on stable storage before it is answered.
 * - Time: the channel has no clock of its own; `now` (RFC 3339, UTC) is given. A pending or approved
 *   record whose `expiresAt` is not after `now` is `expired`, whether or not `expire` was called.
 * - Misuse: rejects with TypeError or RangeError for a malformed request, answer, time or bound. An id
 *   that is malformed is one that is unknown.
 * - Faults: rejects when the channel cannot be reached; the Enforcer denies `engine:approval_unavailable`.
 * - What it gives out is frozen or a copy.
 */
export interface ApprovalChannel {
  /**
   * Adds a pending question, unless its binding has a record that is pending, approved or denied and
   * whose `expiresAt` is after `now`: a person's no answers an equal question too.
   * @param maxPendingPerKey - of the tenant's key, 1 or more; expired ones do not count.
   */
  create(request: ApprovalRequest, now: string, maxPendingPerKey: number): Promise<ApprovalCreated>;
  get(id: string, now: string): Promise<ApprovalRecord | undefined>;
  /** The oldest first, 1,000 at most. */
  list(now: string, filter?: ApprovalFilter): Promise<readonly ApprovalRecord[]>;
  /** From `pending` to `approved` or `denied`. */
  answer(id: string, answer: ApprovalAnswer, now: string): Promise<ApprovalChange>;
  /** From `approved` to `consumed`. */
  consume(id: string, now: string): Promise<ApprovalChange>;
  /** Marks what has expired, and forgets what ended more than a day before `now`. @returns how many were marked. */
  expire(now: string): Promise<number>;
  /**
   * For a channel that puts the question to a person itself. Resolves with what was answered, or
   * undefined where nobody answered; the call is parked then. Absent: the caller is given the id, and
   * resumes with it once somebody has answered.
   */
  ask?(record: ApprovalRecord, signal: AbortSignal): Promise<AskedAnswer | undefined>;
  close(): Promise<void>;
}
