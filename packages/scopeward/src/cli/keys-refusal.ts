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
  output.note(`${output.noteColors.red("error")}: ${printable(message)} (${code})`);
}
