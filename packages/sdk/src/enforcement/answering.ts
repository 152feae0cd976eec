import type { Decision, JsonObject, Party, Reason } from "@scopeward/core";
import { denyFor, engineDeny } from "@scopeward/core";
import type { ApprovalAnswer, ApprovalRecord, AskedAnswer } from "../approval-channel.ts";
import type { Principal } from "../principal.ts";
import type { ApprovalDesk } from "./approval-desk.ts";
import type { ApprovalOutcome } from "./authorization.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Caller } from "./call.ts";
import { within, withinSignalled } from "./deadline.ts";
import type { EnforcerContext } from "./enforcer-context.ts";
import { approvalTool } from "./enforcer-port.ts";
import type { Executor } from "./execution.ts";
import { isApprovalRecord } from "./sound-approval.ts";

const maxNoteLength = 1_000;

/** An answer to a question, and who gives it. */
export interface Answer {
  readonly id: string;
  readonly verdict: "approve" | "deny";
  readonly approver: Caller;
  readonly note?: string;
}

/** Takes people's answers: each is a call of the tool `answer_approval`, decided by policy. */
export class Answering {
  readonly #context: EnforcerContext;
  readonly #desk: ApprovalDesk;
  readonly #authorizer: Authorizer;
  readonly #executor: Executor;

  constructor(
    context: EnforcerContext,
    desk: ApprovalDesk,
    authorizer: Authorizer,
    executor: Executor,
  ) {
    this.#context = context;
    this.#desk = desk;
    this.#authorizer = authorizer;
    this.#executor = executor;
  }

  /** Never rejects: an answer that is none is a deny. */
  async answer(answer: Answer): Promise<ApprovalOutcome> {
    try {
      const { id, verdict, approver, note } = answer;
      if (!isAnswer(verdict, note)) return malformed();
      return await this.#answer({ id, verdict, approver: callerOf(approver), ...noteOf(note) });
    } catch {
      return malformed();
    }
  }

  async #answer({ id, verdict, approver, note }: Answer): Promise<ApprovalOutcome> {
    const found = await this.#desk.record(id);
    if (found.kind === "refused") return { kind: "refused", status: "unknown" };
    const { record } = found;
    const authorized = await this.#authorizer.tool(
      { ...approver, tool: approvalTool, args: answerArguments(record, verdict) },
      (principal, decision) => objectionTo(principal, record, decision),
    );
    if (authorized.kind === "approval") {
      return { kind: "deny", decision: denyFor(authorized.decision.reasons) };
    }
    if (authorized.kind === "deny") return authorized;
    const ran = await this.#executor.execute(authorized.permit, {
      name: approvalTool,
      execute: async (_args, { principal }) =>
        await this.#store(record, {
          verdict,
          approver: partyOf(principal),
          at: new Date(this.#context.clock.wallMs()).toISOString(),
          ...noteOf(note?.slice(0, maxNoteLength).toWellFormed()),
        }),
    });
    return ran.kind === "done" ? ran.result : ran;
  }

  /** Puts a question to whoever the channel asks. */
  async ask(record: ApprovalRecord, signal?: AbortSignal): Promise<ApprovalOutcome | undefined> {
    const { approvals, approvalMs } = this.#context;
    if (approvals?.ask === undefined) return undefined;
    const asked = await withinSignalled(
      approvalMs,
      async (own) => await approvals.ask?.(record, own),
      signal,
    );
    return asked.kind === "done" ? await this.#given(record.id, asked.value) : undefined;
  }

  // A channel that answers oddly has asked nobody: the call is parked.
  async #given(id: string, asked: AskedAnswer | undefined): Promise<ApprovalOutcome | undefined> {
    let answer: Answer;
    try {
      if (typeof asked !== "object" || asked === null) return undefined;
      const { verdict, approver, note } = asked;
      if (!isAnswer(verdict, note)) return undefined;
      answer = { id, verdict, approver: callerOf(approver), ...noteOf(note) };
    } catch {
      return undefined;
    }
    return await this.answer(answer);
  }

  async #store(record: ApprovalRecord, answer: ApprovalAnswer): Promise<ApprovalOutcome> {
    const { approvals, portMs } = this.#context;
    const waited = await within(portMs, async (): Promise<ApprovalOutcome> => {
      const change = await approvals?.answer(record.id, answer, answer.at);
      if (change?.kind === "changed" && isApprovalRecord(change.record)) {
        return { kind: "answered", record: change.record };
      }
      return { kind: "refused", status: change?.kind === "conflict" ? change.status : "unknown" };
    });
    return waited.kind === "done" ? waited.value : { kind: "refused", status: "unknown" };
  }
}

function isAnswer(verdict: unknown, note: unknown): boolean {
  return (
    (verdict === "approve" || verdict === "deny") &&
    (note === undefined || typeof note === "string")
  );
}

// Nothing else of what was given as an approver reaches the policies: it may come from a request.
function callerOf(approver: Caller): Caller {
  const { token, principal, address } = approver;
  return token === undefined
    ? { principal }
    : { token, ...(address === undefined ? {} : { address }) };
}

function noteOf(note: string | undefined): { readonly note?: string } {
  return note === undefined ? {} : { note };
}

function malformed(): ApprovalOutcome {
  return { kind: "deny", decision: engineDeny("engine:input_invalid") };
}

function answerArguments(record: ApprovalRecord, verdict: string): JsonObject {
  const { id, action, args, codes, subject, actors, keyId, resource } = record;
  return {
    approval: id,
    verdict,
    action: { type: action.type, name: action.name },
    arguments: args,
    codes,
    subject: partyJson(subject),
    actors: actors.map(partyJson),
    key: keyId,
    ...(resource === undefined ? {} : { resource: { type: resource.type, id: resource.id } }),
  };
}

/** Another tenant's question is none of theirs; nor is their own, unless policy says so. */
function objectionTo(
  approver: Principal,
  record: ApprovalRecord,
  { obligations }: Decision,
): Reason | undefined {
  const code = "engine:approval_invalid";
  if (approver.tenant !== record.tenant) return { code, message: "there is no such approval" };
  if (obligations.some(({ type }) => type === "allow_self_approval")) return undefined;
  const involved = [record.subject, ...record.actors];
  const isOwn =
    approver.key.id === record.keyId ||
    [approver.subject, ...approver.actors].some(({ type, id }) =>
      involved.some((party) => party.type === type && party.id === id),
    );
  if (!isOwn) return undefined;
  return { code, message: "nobody answers their own call: somebody else has to" };
}

function partyOf({ subject }: Principal): Party {
  return { type: subject.type, id: subject.id };
}

function partyJson({ type, id }: Party): JsonObject {
  return { type, id };
}
