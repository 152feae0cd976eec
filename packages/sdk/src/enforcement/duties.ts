import type { EngineCode, JsonObject, JsonValue } from "@scopeward/core";
import { isJsonObject } from "@scopeward/core";
import type { ObligationDuty, ObligationHandler } from "../obligation.ts";
import { withinSignalled } from "./deadline.ts";
import type { ToolBody } from "./authorization.ts";
import type { Grant } from "./grant.ts";
import type { Planned } from "./obligation-plan.ts";
import { plainJson } from "./plain-json.ts";

const defaultDeadlineMs = 5_000;
/** Of all parts together, in characters. */
const maxReportLength = 8_192;
/** Of all duties together, as JSON: an audit entry of the outcome has room for them. */
const maxReportsBytes = 49_152;

/** A duty that was not carried out: the call is denied, or its result withheld. */
export class DutyFault extends Error {
  readonly code: EngineCode = "engine:obligation_failed";
  readonly type: string;

  constructor(type: string, options?: ErrorOptions) {
    super(`the obligation \`${type}\` could not be carried out`, options);
    this.type = type;
  }
}

/** The obligations of one run, with what was done for each. */
export class Duties {
  readonly #grant: Grant;
  readonly #reports = new Map<Planned<ObligationHandler>, JsonObject>();

  constructor(grant: Grant) {
    this.#grant = grant;
  }

  /** For the outcome's entry. */
  get reports(): readonly JsonObject[] {
    return [...this.#reports].map(([{ handler }, report]) => ({ ...report, type: handler.type }));
  }

  /** @throws DutyFault for the first one that fails. */
  async fulfilBefore(): Promise<void> {
    for (const planned of this.#grant.plan.before) {
      const report = await this.#within(planned, (duty) => planned.handler.fulfil(duty));
      this.#note(planned, report);
    }
  }

  /** One part of a result, with every duty on results carried out. @throws DutyFault */
  async transform(part: unknown): Promise<unknown> {
    let value = part;
    for (const planned of this.#grant.plan.after) {
      const current = value;
      const answer: unknown = await this.#within(planned, (duty) =>
        planned.handler.transform(current, duty),
      );
      if (typeof answer !== "object" || answer === null || !("value" in answer)) {
        throw new DutyFault(planned.handler.type);
      }
      value = answer.value;
      this.#note(planned, "report" in answer ? answer.report : {});
    }
    return value;
  }

  /** A result that comes piece by piece. @throws DutyFault where a duty knows only whole results. */
  transformStream(
    source: AsyncIterable<unknown>,
    pieceParts: ToolBody<unknown>["pieceParts"],
  ): AsyncIterable<unknown> {
    if (pieceParts !== undefined && this.#grant.plan.after.length > 0) {
      return this.#transformPieces(source, pieceParts);
    }
    let stream = source;
    for (const planned of this.#grant.plan.after) {
      const { handler, obligation } = planned;
      if (handler.transformStream === undefined) throw new DutyFault(handler.type);
      const signal = this.#grant.surroundings.signal ?? new AbortController().signal;
      stream = handler.transformStream(stream, this.#duty(obligation, signal), (report) =>
        this.#note(planned, report),
      );
    }
    return stream;
  }

  async *#transformPieces(
    source: AsyncIterable<unknown>,
    pieceParts: NonNullable<ToolBody<unknown>["pieceParts"]>,
  ): AsyncGenerator<unknown, void, undefined> {
    for await (const piece of source) {
      yield await pieceParts(piece, async (part) => await this.transform(part));
    }
  }

  async #within<T>(
    { handler, obligation }: Planned<ObligationHandler>,
    work: (duty: ObligationDuty) => T | PromiseLike<T>,
  ): Promise<T> {
    const waited = await withinSignalled(
      handler.deadlineMs ?? defaultDeadlineMs,
      (signal) => work(this.#duty(obligation, signal)),
      this.#grant.surroundings.signal,
    );
    if (waited.kind === "done") return waited.value;
    throw new DutyFault(handler.type, waited.kind === "failed" ? { cause: waited.error } : {});
  }

  #duty(obligation: ObligationDuty["obligation"], signal: AbortSignal): ObligationDuty {
    const { principal, action, verdict, decisionId } = this.#grant;
    return {
      obligation,
      principal,
      action,
      ...(verdict.resource === undefined ? {} : { resource: verdict.resource }),
      args: verdict.args,
      decisionId,
      signal,
    };
  }

  // A result of many parts has one report for each duty: what is counted adds up, so that no result can
  // be too long for its entry.
  #note(planned: Planned<ObligationHandler>, report: unknown): void {
    const copy = plainJson(report ?? {}, maxReportLength);
    if (copy.kind === "refused" || !isJsonObject(copy.value)) {
      throw new DutyFault(planned.handler.type);
    }
    const before = this.#reports.get(planned);
    const sum: Record<string, JsonValue> = { ...before };
    for (const [name, value] of Object.entries(copy.value)) {
      const counted = sum[name];
      sum[name] =
        typeof counted === "number" && typeof value === "number" ? counted + value : value;
    }
    const merged = plainJson(sum, maxReportLength);
    if (merged.kind === "refused") throw new DutyFault(planned.handler.type);
    this.#reports.set(planned, sum);
    if (Buffer.byteLength(JSON.stringify(this.reports)) <= maxReportsBytes) return;
    // The entry still has to say what the others did.
    if (before === undefined) this.#reports.delete(planned);
    else this.#reports.set(planned, before);
    throw new DutyFault(planned.handler.type);
  }
}
