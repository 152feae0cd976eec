import type { Action, JsonObject, JsonValue, Obligation, Resource } from "@scopeward/core";
import type { Principal } from "./principal.ts";

/** One obligation of one decision, with what its handler may know of the call. */
export interface ObligationDuty {
  /** Its parameters are checked by the handler's schema. Frozen. */
  readonly obligation: Obligation;
  readonly principal: Principal;
  readonly action: Action;
  readonly resource?: Resource;
  /** The final arguments, frozen. */
  readonly args: JsonObject;
  readonly decisionId: string;
  /** Aborted at the handler's deadline, and when the call is. */
  readonly signal: AbortSignal;
}

/** What a handler did, for the outcome entry of the audit log; holds nothing of the result. */
export type ObligationReport = Readonly<Record<string, JsonValue>>;

interface HandlerBase<T extends string> {
  /** The obligation's `type`, `[a-z][a-z0-9_]*`. */
  readonly type: T;
  /** Lower ones come first; 0 where absent. Equal ones in the order of the decision. */
  readonly order?: number;
  /**
   * JSON Schema (2020-12) of the obligation without `type`. An obligation that does not fit denies the
   * call before anything ran.
   */
  readonly parameters: JsonObject;
  /** Milliseconds, 1 to 60,000; 5,000 where absent. */
  readonly deadlineMs?: number;
}

/** A duty before the tool runs. What it rejects with denies the call: `engine:obligation_failed`. */
export interface BeforeObligation<T extends string = string> extends HandlerBase<T> {
  readonly phase: "before";
  fulfil(duty: ObligationDuty): ObligationReport | void | Promise<ObligationReport | void>;
}

/** A result that was transformed. */
export interface TransformedResult {
  readonly value: unknown;
  readonly report?: ObligationReport;
}

/** A duty on what the tool gave. What it rejects with withholds the result: `engine:obligation_failed`. */
export interface AfterObligation<T extends string = string> extends HandlerBase<T> {
  readonly phase: "after";
  /** Gives a new value; does not change the one that it is given. */
  transform(value: unknown, duty: ObligationDuty): TransformedResult | Promise<TransformedResult>;
  /**
   * The same for a result that comes piece by piece. Where absent, a tool that answers with an async
   * iterable has its result withheld: what is cut into pieces could slip through. No deadline holds
   * here: the source sets the pace.
   */
  transformStream?(
    stream: AsyncIterable<unknown>,
    duty: ObligationDuty,
    report: (done: ObligationReport) => void,
  ): AsyncIterable<unknown>;
}

/** Carries out one type of obligation (port version 1). A type that nobody handles denies. */
export type ObligationHandler<T extends string = string> = BeforeObligation<T> | AfterObligation<T>;

/** Gives its argument back with its type: `type` stays a literal, so that the compiler knows it. */
export function defineObligation<const T extends string>(
  handler: BeforeObligation<T>,
): BeforeObligation<T>;
export function defineObligation<const T extends string>(
  handler: AfterObligation<T>,
): AfterObligation<T>;
export function defineObligation(handler: ObligationHandler): ObligationHandler {
  return handler;
}
