import { ageText, questionText, visibleText } from "@scopeward/approvals";
import type { Decision } from "@scopeward/core";
import type { ApprovalRecord, ApprovalStatus } from "@scopeward/sdk";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { prettyTable } from "./formats/pretty.ts";
import { reportRefusal } from "./keys-refusal.ts";
import type { Output } from "./output.ts";

type Format = "json" | "pretty";

const everything = { characters: Infinity, rows: Infinity };

/** One question a line; whatever the calls hold, nothing in it drives the terminal. */
export function approvalsTable(records: readonly ApprovalRecord[], nowMs: number): string {
  const rows = records.map(({ id, status, action, subject, createdAt, expiresAt }) => [
    id,
    status,
    action.name,
    `${subject.type}:${subject.id}`,
    `${createdAt} (${ageText(createdAt, nowMs)})`,
    `${expiresAt} (${ageText(expiresAt, nowMs)})`,
  ]);
  const head = ["id", "status", "tool", "for", "asked", "expires"];
  return prettyTable([head, ...rows.map((row) => row.map(visibleText))]);
}

/** Answers with the whole of a question. */
export function reportRecord(record: ApprovalRecord, format: Format, output: Output): ExitCode {
  if (format === "json") output.json(record);
  else output.data(questionText(record, Date.now(), everything));
  return exitCode.done;
}

/** Reports that nothing was changed because of what the question is. */
export function reportUnanswerable(
  id: string,
  status: ApprovalStatus | "unknown",
  format: Format,
  output: Output,
): ExitCode {
  const shown = visibleText(id);
  if (status === "unknown") {
    const message = `no approval has the id \`${shown}\`: \`scopeward approvals list\` shows those that there are, --state names another place`;
    reportRefusal({ code: "approval_unknown", message, field: "id" }, format, output);
    return exitCode.invalidInput;
  }
  const message = `the approval \`${shown}\` is ${status}, so it takes no answer: \`scopeward approvals show\` says how it came to that`;
  reportRefusal({ code: `approval_${status}`, message }, format, output);
  return exitCode.failed;
}

/** Reports that the one whose token it is may not answer, or that nobody could find out. */
export function reportDenied({ reasons }: Decision, format: Format, output: Output): ExitCode {
  const [first] = reasons;
  const code = first?.code ?? "engine:evaluation_failed";
  const why = reasons.map((reason) => reason.message ?? advice[reason.code] ?? reason.code);
  const message = `nothing was answered: ${visibleText(why.join("; "))}`;
  reportRefusal({ code, message }, format, output);
  const isFault = code.startsWith("engine:") && code !== "engine:approval_invalid";
  return isFault ? exitCode.failed : exitCode.notAllowed;
}

const advice: Readonly<Partial<Record<string, string>>> = {
  "key:malformed":
    "this is no token, or not the whole of one: give yours in SCOPEWARD_TOKEN or on standard input",
  "key:unknown":
    "the token is of no key here; see that --state and --store name the place of the keys",
  "scope:unknown":
    'no scope of the policies names the tool `answer_approval`, so nobody may answer: add one, such as `scopes["approvals:answer"] := {"tools": {"answer_approval": {"resource": "none"}}, "risk": "critical"}`',
  "scope:missing": "the key has no scope that names the tool `answer_approval`",
  "scope:audience":
    "the scope that names the tool `answer_approval` is not open to this key's audience",
};
