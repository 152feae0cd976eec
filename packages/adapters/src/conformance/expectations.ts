import assert from "node:assert/strict";
import type { CallReport } from "./harness.ts";
import { innards } from "./port-fault.ts";
import { kept } from "./recorded-tool.ts";

/** The report of the only call. */
export function only(reports: readonly CallReport[]): CallReport {
  assert.equal(reports.length, 1, "there is one report for each call");
  const [report] = reports;
  assert(report !== undefined);
  return report;
}

/** The model read the tool's result, and nothing was parked or thrown. */
export function assertAllowed(report: CallReport, result: string = kept): void {
  assert(report.model?.includes(result) === true, "the model reads what the tool gave");
  assert.equal(report.approval, undefined, "nothing is parked");
  assert.equal(report.thrown, undefined, "nothing is thrown");
}

/** The model read that the call is denied, with a code of these and nothing of a port's inside. */
export function assertDenied(report: CallReport, ...codes: readonly string[]): void {
  assert.equal(report.thrown, undefined, "a deny is a result and no error");
  assert.equal(report.approval, undefined, "what is denied is not parked");
  const text = report.model;
  assert(text !== undefined, "the model is given a result for the call");
  assert(
    codes.some((code) => text.includes(code)),
    `the model reads one of the codes ${codes.join(", ")}`,
  );
  assert(!text.includes(kept), "the model reads nothing of the tool's result");
  assertNowhere(report, innards);
}

/** The call waits for a person. @returns the id of its approval. */
export function assertParked(report: CallReport): string {
  assert(report.approval !== undefined, "the call is parked, and the id of its approval given out");
  return report.approval;
}

/** A text is in nothing that anybody was given of the call. */
export function assertNowhere(report: Omit<CallReport, "callId">, text: string): void {
  const { model, caller, stream, thrown } = report;
  for (const [reader, read] of Object.entries({ model, caller, stream })) {
    assert(read?.includes(text) !== true, `the ${reader} is not given what it must not be given`);
  }
  assert(!messageOf(thrown).includes(text), "no error holds what nobody must be given");
}

/** What a thrown value says. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Nobody was verified: the model or the program reads the code, as a result or as the run's error. */
export function assertRejected(report: CallReport, code: string): void {
  const text = report.model ?? messageOf(report.thrown);
  assert(text.includes(code), `model or program reads the code ${code}`);
  assertNowhere(report, kept);
}

/** The two calls ended alike, for everybody: result, error and signal. */
export function assertSameEnd(bare: CallReport, guarded: CallReport): void {
  const [expected, actual] = [bare, guarded].map(({ model, thrown, signalled }) => ({
    model,
    thrown: thrown instanceof Error ? thrown.name : typeof thrown,
    message: messageOf(thrown),
    signalled,
  }));
  assert.deepEqual(actual, expected);
}
