import type { ApprovalChannel } from "@scopeward/sdk";
import type { Settings } from "../resolve-options.ts";
import type { Ward } from "../ward.ts";
import { reportDenied, reportRecord, reportUnanswerable } from "./approvals-report.ts";
import { approvalsSettings, openQueue } from "./approvals-session.ts";
import type { AnsweringOptions } from "./approvals-session.ts";
import type { ExitCode } from "./exit-code.ts";
import { InvalidInput } from "./invalid-input.ts";
import type { Output } from "./output.ts";
import { readToken } from "./token-input.ts";

/** Options of `approve` and `deny`. */
export interface AnswerOptions extends AnsweringOptions {
  readonly note?: string;
}

/**
 * Answers a question with the key whose token is in `SCOPEWARD_TOKEN` or on standard input. Who may
 * answer is the policies' say, and is decided by the ward's own Enforcer.
 */
export async function answerApproval(
  verdict: "approve" | "deny",
  id: string,
  options: AnswerOptions,
  output: Output,
): Promise<ExitCode> {
  const { format, note } = options;
  const settings = await approvalsSettings(options);
  const queue = await openQueue(settings);
  if (queue === undefined) return reportUnanswerable(id, "unknown", format, output);
  try {
    // Before the token is read and the policies are built; a queue that is damaged says so here.
    const record = await queue.get(id, new Date().toISOString());
    const status = record?.status ?? "unknown";
    if (status !== "pending") return reportUnanswerable(id, status, format, output);
    const token = await readToken();
    const ward = await output.progress("opening", openWard(settings, queue));
    try {
      const { enforcer } = ward;
      const answer = { id, verdict, approver: { token }, ...(note === undefined ? {} : { note }) };
      const outcome = await output.progress("answering", enforcer.answerApproval(answer));
      if (outcome.kind === "deny") return reportDenied(outcome.decision, format, output);
      return outcome.kind === "refused"
        ? reportUnanswerable(id, outcome.status, format, output)
        : reportRecord(outcome.record, format, output);
    } finally {
      await ward.close();
    }
  } finally {
    await queue.close();
  }
}

/** The ward on the queue that was looked into. @throws InvalidInput where a URL names no store. */
async function openWard(settings: Settings, queue: ApprovalChannel): Promise<Ward> {
  const { openResolved } = await import("../open-scopeward.ts");
  const { KeyStoreError } = await import("@scopeward/keys");
  try {
    return await openResolved({
      ...settings,
      enforcement: { ...settings.enforcement, approvals: queue },
    });
  } catch (error) {
    if (!KeyStoreError.is(error) || error.code !== "misconfigured") throw error;
    throw new InvalidInput(error.message);
  }
}
