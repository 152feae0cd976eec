import assert from "node:assert/strict";
import type {
  ApprovalAnswer,
  ApprovalChannel,
  ApprovalRecord,
  ApprovalRequest,
} from "../approval-channel.ts";

/** What an implementation of ApprovalChannel brings to one case: a channel of its own that is empty at first. */
export interface ApprovalChannelHarness {
  /**
   * A handle on the channel of this case; a further one, of another process where possible, where it
   * can have several, else the same again. The case closes it, maybe twice.
   */
  readonly open: () => Promise<ApprovalChannel>;
  /** Whether what was acknowledged is there when it is opened after every handle was closed. */
  readonly isDurable: boolean;
}

/** One rule that every approval channel keeps. */
export interface ApprovalChannelCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the channel breaks the rule. Needs no test runner. */
  readonly run: (harness: ApprovalChannelHarness) => Promise<void>;
}

/** A case that closes what it opened. */
export function approvalChannelCase(
  name: string,
  check: (harness: ApprovalChannelHarness) => Promise<void>,
): ApprovalChannelCase {
  return {
    name,
    run: async (harness) => {
      const opened: ApprovalChannel[] = [];
      try {
        await check({
          ...harness,
          open: async () => {
            const channel = await harness.open();
            opened.push(channel);
            return channel;
          },
        });
      } finally {
        for (const channel of opened) await channel.close();
      }
    },
  };
}

/** A bound on pending questions that no case reaches by chance. */
export const plenty = 10_000;

/** When the questions of the cases are asked. */
export const askedAt = "2026-03-01T10:00:00.000Z";

/** A time after {@link askedAt}. */
export function after(seconds: number): string {
  return new Date(Date.parse(askedAt) + seconds * 1000).toISOString();
}

/** How long the questions of the cases wait, in seconds. */
export const lifeSeconds = 900;

/** Seconds of a day. */
export const daySeconds = 86_400;

/** The id of the question of this name. */
export function idOf(name: string): string {
  return `${name}-`.padEnd(24, "0");
}

/** A question of its own: other than `members` tells, only its id and binding depend on `name`. */
export function sampleRequest(
  name: string,
  members: Partial<ApprovalRequest> = {},
): ApprovalRequest {
  return {
    id: idOf(name),
    binding: `binding of ${name}`,
    tenant: "acme",
    keyId: "000000000001",
    subject: { type: "user", id: "ada" },
    actors: [],
    action: { type: "tool", name: "delete_rows" },
    args: { limit: 10 },
    codes: ["large_export"],
    reasons: [{ code: "large_export" }],
    createdAt: askedAt,
    expiresAt: after(lifeSeconds),
    ...members,
  };
}

/** What Grace says a minute after the question. */
export function sampleAnswer(verdict: ApprovalAnswer["verdict"]): ApprovalAnswer {
  return { verdict, approver: { type: "user", id: "grace" }, at: after(60) };
}

/** Asks, and fails where the question is not a new one. */
export async function create(
  channel: ApprovalChannel,
  name: string,
  members: Partial<ApprovalRequest> = {},
): Promise<ApprovalRecord> {
  const request = sampleRequest(name, members);
  const created = await channel.create(request, request.createdAt, plenty);
  assert(created.kind === "created", `the question ${name} is new`);
  return created.record;
}

/** Answers, and fails where the answer does not count. */
export async function answer(
  channel: ApprovalChannel,
  name: string,
  verdict: ApprovalAnswer["verdict"],
): Promise<ApprovalRecord> {
  const changed = await channel.answer(idOf(name), sampleAnswer(verdict), after(60));
  assert(changed.kind === "changed", `the question ${name} is answered`);
  return changed.record;
}

/** Uses an approval, and fails where it cannot be used. */
export async function consume(channel: ApprovalChannel, name: string): Promise<ApprovalRecord> {
  const changed = await channel.consume(idOf(name), after(120));
  assert(changed.kind === "changed", `the approval ${name} is used`);
  return changed.record;
}

/** The ids of a list, as the names of the questions. */
export async function listed(
  channel: ApprovalChannel,
  ...args: Parameters<ApprovalChannel["list"]>
): Promise<readonly string[]> {
  return (await channel.list(...args)).map(({ id }) => id.replace(/-0*$/u, ""));
}

/** The status of a question now; `unknown` where there is none. */
export async function statusOf(
  channel: ApprovalChannel,
  name: string,
  now: string,
): Promise<string> {
  return (await channel.get(idOf(name), now))?.status ?? "unknown";
}
