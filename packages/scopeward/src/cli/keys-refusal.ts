import type { Refusal, RefusalCode } from "@scopeward/keys";
import { exitCode } from "./exit-code.ts";
import type { ExitCode } from "./exit-code.ts";
import { printable } from "./formats/pretty.ts";
import type { Output } from "./output.ts";

/** What each refusal is to the caller: wrong input, more than allowed, or not possible now. */
const exitCodes: Readonly<Record<RefusalCode, ExitCode>> = {
  invalid: exitCode.invalidInput,
  scope_unknown: exitCode.invalidInput,
  scope_audience: exitCode.invalidInput,
  constraint_missing: exitCode.invalidInput,
  catalogue_unavailable: exitCode.invalidInput,
  key_unknown: exitCode.invalidInput,
  too_deep: exitCode.invalidInput,
  idempotency_mismatch: exitCode.invalidInput,
  exceeds_parent: exitCode.notAllowed,
  exceeds_authority: exitCode.notAllowed,
  conflict: exitCode.failed,
  key_revoked: exitCode.failed,
  parent_inactive: exitCode.failed,
  audit_unavailable: exitCode.failed,
  record_invalid: exitCode.failed,
};

// What to do next on the command line. The message is the library's, and knows no commands.
const advice: Readonly<Partial<Record<string, string>>> = {
  scope_unknown: "`scopeward inspect` shows the scopes that there are",
  scope_audience: "`scopeward inspect` shows to whom each scope is open",
  constraint_missing: "give it with --constraint",
  key_unknown: "`scopeward keys list` shows the keys that there are",
  exceeds_parent: "`scopeward keys show` shows what the parent may",
  parent_inactive: "`scopeward keys show` says which it is",
  idempotency_mismatch: "repeat the options of then, or give another --idempotency-key",
};

/** The options that members of a request with another name are. */
const options: Readonly<Partial<Record<string, string>>> = {
  scopes: "--scope",
  constraints: "--constraint",
  mayGrant: "--may-grant-scope, -audience, -owner and -max-life",
  notBefore: "--not-before",
  idempotencyKey: "--idempotency-key",
};

/** Reports that nothing was changed, and why; answers with the exit code. */
export function finishRefused(refusal: Refusal, format: Format, output: Output): ExitCode {
  reportRefusal(refusal, format, output);
  return exitCodes[refusal.code];
}

type Format = "json" | "pretty";

/** A refusal, or a rejection of the one who asks. */
interface Reported {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

/** The message as a diagnostic, and the whole as JSON where a program reads. */
export function reportRefusal(
  { code, message, field }: Reported,
  format: Format,
  output: Output,
): void {
  if (format === "json") {
    output.json({ outcome: "refused", code, message, ...(field === undefined ? {} : { field }) });
  }
  const option = code === "invalid" ? options[field ?? ""] : undefined;
  const next = option === undefined ? advice[code] : `see ${option}`;
  output.note(
    `${output.noteColors.red("error")}: ${printable(message)} (${code})${next === undefined ? "" : `; ${next}`}`,
  );
}
