import { randomBytes } from "node:crypto";
import type { Action, Approval, Reason } from "@scopeward/core";
import type { ApprovalChannel, ApprovalRecord } from "../approval-channel.ts";
import type { Principal } from "../principal.ts";
import type { BoundQuestion } from "./approval-binding.ts";
import { approvalBinding } from "./approval-binding.ts";
import { within } from "./deadline.ts";
import type { EnforcerContext } from "./enforcer-context.ts";
import { plainJson } from "./plain-json.ts";
import { isApprovalRecord } from "./sound-approval.ts";
import type { Verdict } from "./verdict.ts";

/** What came of a question, or of going back to one. */
export type DeskAnswer =
  | { readonly kind: "record"; readonly record: ApprovalRecord }
  | { readonly kind: "refused"; readonly reasons: readonly Reason[] };

// Nobody reads more, and a key may have several that wait, and are kept for a while.
const maxArgsBytes = 64 * 1024;

/** Puts questions to people and takes their answers, each for one call. */
export class ApprovalDesk {
  readonly #context: EnforcerContext;

  constructor(context: EnforcerContext) {
    this.#context = context;
  }

  /** Puts the question of a verdict, or finds the one that was put already. */
  async question(
    principal: Principal,
    action: Action,
    verdict: Verdict,
    callId: string | undefined,
  ): Promise<DeskAnswer> {
    const { decision, args, resource } = verdict;
    const codes = decision.reasons.map(({ code }) => code).filter(isFirst);
    const { clock, approvalMs, pendingApprovalsPerKey } = this.#context;
    if (plainJson(args, maxArgsBytes).kind === "refused") {
      return unavailable("the arguments are too long for a person to read");
    }
    const wallMs = clock.wallMs();
    const now = new Date(wallMs).toISOString();
    const request = {
      id: randomBytes(24).toString("base64url"),
      binding: approvalBinding(boundQuestion(principal, action, verdict, codes, callId)),
      tenant: principal.tenant,
      keyId: principal.key.id,
      subject: principal.subject,
      actors: principal.actors,
      action,
      ...(resource === undefined ? {} : { resource }),
      args,
      codes,
      reasons: decision.reasons,
      createdAt: now,
      expiresAt: new Date(wallMs + approvalMs).toISOString(),
    };
    const created = await this.#ask((channel) =>
      channel.create(request, now, pendingApprovalsPerKey),
    );
    if (created === undefined) return unavailable("nobody can be asked");
    if (created.kind === "full") return unavailable("too many questions of this key wait already");
    const { record } = created;
    if (!isApprovalRecord(record) || record.binding !== request.binding) {
      return unavailable("the question was not kept as it was put");
    }
    return record.status === "denied" ? said(record) : { kind: "record", record };
  }

  /** The question that a call comes back to; only one that a person has said yes to. */
  async resumed(id: string, principal: Principal, action: Action): Promise<DeskAnswer> {
    const found = await this.record(id);
    if (found.kind === "refused") return found;
    const { record } = found;
    const isOwn =
      record.tenant === principal.tenant &&
      record.keyId === principal.key.id &&
      record.action.type === action.type &&
      record.action.name === action.name;
    if (!isOwn) return invalid("it is for another call");
    switch (record.status) {
      case "approved":
        return found;
      case "denied":
        return said(record);
      case "pending":
        return invalid("nobody has answered it yet");
      case "consumed":
        return invalid("it was used already");
      case "expired":
        return invalid("it has expired");
    }
  }

  /** Uses an approval up, for the call that it is for and for no other. */
  async consume(record: ApprovalRecord, question: BoundQuestion): Promise<DeskAnswer> {
    if (approvalBinding(question) !== record.binding) return invalid("the call is not the same");
    const changed = await this.#ask((channel, now) => channel.consume(record.id, now));
    if (changed === undefined) return unavailable("its answer could not be used");
    if (changed.kind !== "changed") return invalid("it was used already");
    return { kind: "record", record: changed.record };
  }

  /** A record by its id, as of now. */
  async record(id: unknown): Promise<DeskAnswer> {
    if (typeof id !== "string" || !/^[\w-]{22,128}$/u.test(id)) return invalid("there is none");
    const got = await this.#ask(async (channel, now) => ({ record: await channel.get(id, now) }));
    if (got === undefined) return unavailable("the answer could not be read");
    const { record } = got;
    if (record === undefined) return invalid("there is none");
    if (!isApprovalRecord(record) || record.id !== id) return unavailable("the record is damaged");
    const isOver = Date.parse(record.expiresAt) <= this.#context.clock.wallMs();
    const isOpen = record.status === "pending" || record.status === "approved";
    return { kind: "record", record: isOver && isOpen ? { ...record, status: "expired" } : record };
  }

  async #ask<T>(
    work: (channel: ApprovalChannel, now: string) => Promise<T>,
  ): Promise<T | undefined> {
    const { approvals, portMs, clock } = this.#context;
    if (approvals === undefined) return undefined;
    const now = new Date(clock.wallMs()).toISOString();
    const waited = await within(portMs, async () => {
      const given: unknown = await work(approvals, now);
      // Read here, once: what throws while it is read has not answered.
      return typeof given === "object" && given !== null ? { ...(given as T) } : undefined;
    });
    return waited.kind === "done" ? waited.value : undefined;
  }
}

/** What a verdict's question is bound to. */
export function boundQuestion(
  principal: Principal,
  action: Action,
  { args, resource }: Verdict,
  codes: readonly string[],
  callId: string | undefined,
): BoundQuestion {
  return {
    principal,
    action,
    args,
    codes,
    ...(action.type === "model" && resource !== undefined ? { model: resource.id } : {}),
    ...(callId === undefined ? {} : { callId }),
  };
}

/** What a policy sees of an answer. */
export function approvalOf({ id, codes, answer }: ApprovalRecord): Approval | undefined {
  if (answer === undefined) return undefined;
  const { type, id: approver } = answer.approver;
  return { id, codes, approver: { type, id: approver }, at: answer.at };
}

function said({ codes }: ApprovalRecord): DeskAnswer {
  return {
    kind: "refused",
    reasons: codes.map((code) => ({ code, message: "a person was asked and said no" })),
  };
}

function invalid(why: string): DeskAnswer {
  const message = `the approval cannot be used: ${why}`;
  return { kind: "refused", reasons: [{ code: "engine:approval_invalid", message }] };
}

function unavailable(message: string): DeskAnswer {
  return { kind: "refused", reasons: [{ code: "engine:approval_unavailable", message }] };
}

function isFirst(value: string, index: number, list: readonly string[]): boolean {
  return list.indexOf(value) === index;
}
