import type { Action, JsonObject, Obligation } from "@scopeward/core";
import type {
  AfterObligation,
  ObligationDuty,
  ObligationHandler,
  ObligationReport,
} from "../obligation.ts";
import type { Principal } from "../principal.ts";

/** One duty, and what comes of it where it can be done. */
export interface ObligationSample {
  /** Fits the handler's schema. */
  readonly obligation: Obligation;
  /** The tool `sample` where absent. */
  readonly action?: Action;
  /** `{}` where absent. */
  readonly args?: JsonObject;
  /** What the tool gave; for a handler `after`. Plain data, which the cases copy. */
  readonly result?: unknown;
  /** What becomes of it. */
  readonly transformed?: unknown;
  /** What is reported; absent for nothing. */
  readonly report?: ObligationReport;
}

/** What came of one duty. */
export interface ObligationAnswer {
  readonly value?: unknown;
  readonly report?: ObligationReport;
}

/** Handles streams as well as values. */
export type StreamingObligation = AfterObligation &
  Required<Pick<AfterObligation, "transformStream">>;

// Only `verify` makes one; a handler is given it and must not ask where it comes from.
const principal = Object.freeze({
  tenant: "acme",
  subject: Object.freeze({ type: "user", id: "ada" }),
  actors: Object.freeze([]),
  key: Object.freeze({ id: "sample000001", audience: "internal", scopes: Object.freeze([]) }),
  kind: "int",
}) as unknown as Principal;

let duties = 0;

/** The duty of a sample, of a call of its own; what the Enforcer freezes is frozen. */
export function sampleDuty(
  { obligation, action = { type: "tool", name: "sample" }, args = {} }: ObligationSample,
  signal: AbortSignal = new AbortController().signal,
): ObligationDuty {
  return Object.freeze({
    obligation: frozen(structuredClone(obligation)),
    principal,
    action: frozen(structuredClone(action)),
    args: frozen(structuredClone(args)),
    decisionId: `sample${String(++duties)}`,
    signal,
  });
}

/** Has a sample's duty done; rejects with what the handler throws or rejects with. */
export async function fulfil(
  handler: ObligationHandler,
  sample: ObligationSample,
  signal?: AbortSignal,
): Promise<ObligationAnswer> {
  const duty = sampleDuty(sample, signal);
  if (handler.phase === "after") {
    return handler.transform(structuredClone(sample.result), duty);
  }
  const report = await handler.fulfil(duty);
  return report === undefined ? {} : { report };
}

/** Has a sample's duty done on a stream, which is read to its end. */
export async function fulfilStream(
  handler: StreamingObligation,
  sample: ObligationSample,
  stream: AsyncIterable<unknown>,
  signal?: AbortSignal,
): Promise<{ readonly items: readonly unknown[]; readonly report?: ObligationReport }> {
  const items: unknown[] = [];
  const reports: ObligationReport[] = [];
  const duty = sampleDuty(sample, signal);
  const transformed = handler.transformStream(stream, duty, (done) => reports.push(done));
  for await (const item of transformed) items.push(item);
  const report = reports.at(-1);
  return { items, ...(report === undefined ? {} : { report }) };
}

/** Whether a handler can be given a stream. */
export function isStreaming(handler: ObligationHandler): handler is StreamingObligation {
  return handler.phase === "after" && handler.transformStream !== undefined;
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const member of Object.values(Object.freeze(value))) frozen(member);
  }
  return value;
}
