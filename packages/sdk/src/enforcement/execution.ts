import type { Decision, EngineCode, JsonObject, Reason } from "@scopeward/core";
import { denyFor, engineDeny, keyLimits } from "@scopeward/core";
import type { Denied, Execution, Permit, ToolBody, ToolRun } from "./authorization.ts";
import { actionEntry, whoEntry } from "./decision-entry.ts";
import { Duties, DutyFault } from "./duties.ts";
import type { EnforcerContext } from "./enforcer-context.ts";
import { EnforcerError } from "./enforcer-error.ts";
import type { Grant } from "./grant.ts";
import { isAsyncIterable, observedStream } from "./observed-stream.ts";
import type { StreamEnd } from "./observed-stream.ts";
import type { PermitBook } from "./permit-book.ts";
import { Reservations } from "./reservations.ts";
import { verifiedCaller } from "./verified-caller.ts";

/** What became of a call that was allowed. */
type Status = "succeeded" | "failed" | "interrupted" | "aborted" | "withheld" | "refused";

/** From a permit to a result. Rejects only with what the tool itself throws, and for its own abort. */
export class Executor {
  readonly #context: EnforcerContext;
  readonly #permits: PermitBook<Grant>;

  constructor(context: EnforcerContext, permits: PermitBook<Grant>) {
    this.#context = context;
    this.#permits = permits;
  }

  async execute<R, A>(permit: Permit, tool: ToolBody<R, A>): Promise<Execution<R>> {
    const redeemed = this.#permits.redeem(permit, tool.name);
    if (redeemed.kind === "redeemed") {
      const { surroundings } = redeemed.grant;
      const { signal = surroundings.signal } = tool;
      const grant =
        signal === undefined
          ? redeemed.grant
          : { ...redeemed.grant, surroundings: { ...surroundings, signal } };
      return await new ToolExecution(this.#context, grant).run(tool);
    }
    const { grant, detail } = redeemed;
    const decision = engineDeny("engine:permit_invalid", `the permit ${detail}`);
    if (grant === undefined) {
      await this.#context.ledger.junk("engine:permit_invalid");
      return { kind: "deny", decision };
    }
    return await new ToolExecution(this.#context, grant).refuse(decision);
  }
}

/** One run of one tool. */
class ToolExecution {
  readonly #context: EnforcerContext;
  readonly #grant: Grant;
  readonly #duties: Duties;
  readonly #reservations: Reservations;
  readonly #startMs: number;

  constructor(context: EnforcerContext, grant: Grant) {
    this.#context = context;
    this.#grant = grant;
    this.#duties = new Duties(grant);
    this.#reservations = new Reservations(context.limiter, context.portMs);
    this.#startMs = context.clock.monotonicMs();
  }

  async run<R, A>(tool: ToolBody<R, A>): Promise<Execution<R>> {
    const { signal } = this.#grant.surroundings;
    const refusal = await this.#refusal();
    if (refusal !== undefined) return await this.refuse(refusal);
    if (signal?.aborted === true) {
      await this.#reservations.release();
      await this.#outcome("aborted");
      throw signal.reason;
    }
    let args: A;
    try {
      args = this.#grant.arguments.forTool(this.#grant.verdict.args) as A;
    } catch {
      await this.#reservations.release();
      const detail = "what was decided on could not be given to the tool";
      return await this.refuse(engineDeny("engine:args_unparseable", detail));
    }
    return await this.#finish(tool, await this.#called(tool, args));
  }

  /** The call does not run after all. */
  async refuse(decision: Decision): Promise<Denied> {
    const { decisionId } = this.#grant;
    await this.#outcome("refused", decision.reasons);
    return { kind: "deny", decision, decisionId };
  }

  /** Why the tool must not run; what was reserved by then is released. */
  async #refusal(): Promise<Decision | undefined> {
    const standing = await this.#standing();
    if (standing !== undefined) return standing;
    const { principal, action, verdict, decisionId, plan } = this.#grant;
    const reserved = await this.#reservations.reserve({
      principal,
      action,
      args: verdict.args,
      decisionId,
    });
    if (reserved !== undefined) return reserved;
    try {
      await this.#duties.fulfilBefore();
      if (plan.before.length === 0) return undefined;
      // Duties may take their time: what ended meanwhile does not run.
      const late = await this.#standing();
      if (late !== undefined) await this.#reservations.release();
      return late;
    } catch (error) {
      await this.#reservations.release();
      // A duty that stopped because the call was aborted has not failed.
      return this.#grant.surroundings.signal?.aborted === true ? undefined : dutyDeny(error);
    }
  }

  // Between the decision and now the key may have been revoked, or lost what opened the tool.
  async #standing(): Promise<Decision | undefined> {
    const { principal, verdict, action } = this.#grant;
    const { keys, portMs } = this.#context;
    const verified = await verifiedCaller(keys, { principal }, portMs);
    if (verified.kind === "rejected") return denyFor([{ code: verified.code }]);
    const { catalogue, resource } = verdict;
    if (catalogue === undefined) return engineDeny("engine:permit_invalid");
    if (this.#context.currentPolicy() === undefined) return engineDeny("engine:no_bundle");
    const reasons = keyLimits(catalogue, {
      phase: "call",
      key: verified.principal.key,
      action,
      ...(resource === undefined ? {} : { resource }),
    });
    return reasons.length === 0 ? undefined : denyFor(reasons);
  }

  async #called<R, A>(tool: ToolBody<R, A>, args: A): Promise<R> {
    const { principal, decisionId, surroundings, maxOutputTokens, plan } = this.#grant;
    const run: ToolRun = {
      principal,
      decisionId,
      signal: surroundings.signal,
      isTransformed: plan.after.length > 0,
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    };
    try {
      return await this.#context.principals.run(principal, () => tool.execute(args, run));
    } catch (error) {
      await this.#reservations.settle();
      await this.#outcome(this.#thrownStatus(tool, error));
      throw error;
    }
  }

  #thrownStatus(tool: Pick<ToolBody<unknown>, "isSignal">, error: unknown): Status {
    if (this.#grant.surroundings.signal?.aborted === true) return "aborted";
    try {
      return tool.isSignal?.(error) === true ? "interrupted" : "failed";
    } catch {
      return "failed";
    }
  }

  async #finish<R, A>(tool: ToolBody<R, A>, result: R): Promise<Execution<R>> {
    const { decisionId, plan, verdict } = this.#grant;
    const done = { kind: "done" as const, decision: verdict.decision, decisionId };
    try {
      if (isAsyncIterable(result)) return { ...done, result: this.#stream(tool, result) as R };
      const { parts } = tool;
      const transform = async (part: unknown): Promise<unknown> =>
        await this.#duties.transform(part);
      let final = result;
      if (plan.after.length > 0) {
        final =
          parts === undefined ? ((await transform(result)) as R) : await parts(result, transform);
      }
      await this.#reservations.settle();
      if (await this.#outcome("succeeded")) return { ...done, result: final };
    } catch (error) {
      await this.#reservations.settle();
      return await this.#withhold(dutyDeny(error));
    }
    const detail = "the tool ran, but its outcome could not be written down";
    return { kind: "deny", decision: engineDeny("engine:audit_unavailable", detail), decisionId };
  }

  async #withhold(decision: Decision): Promise<Denied> {
    await this.#outcome("withheld", decision.reasons);
    return { kind: "deny", decision, decisionId: this.#grant.decisionId };
  }

  #stream(
    tool: Pick<ToolBody<unknown>, "isSignal" | "pieceParts">,
    result: AsyncIterable<unknown>,
  ): AsyncIterable<unknown> {
    const { principal } = this.#grant;
    const own: { error?: unknown; threw: boolean } = { threw: false };
    // The tool's own error is told apart from one of a duty: only the first passes as it is.
    const source = observedStream(
      result,
      (work) => this.#context.principals.run(principal, work),
      async (end) => {
        if (end.kind !== "failed") return;
        own.threw = true;
        own.error = end.error;
        throw end.error;
      },
    );
    // A duty that failed, or never began, has not ended the tool's stream. Not waited for: it may be stuck.
    const letGo = (): void => void source.return().catch(() => undefined);
    let transformed: AsyncIterable<unknown>;
    try {
      transformed = this.#duties.transformStream(source, tool.pieceParts);
    } catch (error) {
      letGo();
      throw error;
    }
    return observedStream(
      transformed,
      (work) => work(),
      async (end) => {
        if (end.kind !== "finished") letGo();
        await this.#streamEnded(tool, end, own);
      },
    );
  }

  async #streamEnded(
    tool: Pick<ToolBody<unknown>, "isSignal">,
    end: StreamEnd,
    own: { readonly error?: unknown; readonly threw: boolean },
  ): Promise<void> {
    const { decisionId } = this.#grant;
    await this.#reservations.settle();
    if (end.kind === "failed") {
      if (own.threw && end.error === own.error) {
        await this.#outcome(this.#thrownStatus(tool, end.error));
        throw end.error;
      }
      await this.#outcome("withheld", [{ code: "engine:obligation_failed" }]);
      // Without its cause: what a duty says of a result may quote what is withheld.
      throw new EnforcerError("engine:obligation_failed", decisionId);
    }
    const taken = await this.#outcome(end.kind === "left" ? "aborted" : "succeeded");
    if (!taken) throw new EnforcerError("engine:audit_unavailable", decisionId);
  }

  /** Whether the log has taken it. */
  async #outcome(status: Status, reasons: readonly Reason[] = []): Promise<boolean> {
    const { ledger, clock } = this.#context;
    const { decisionId, principal, action } = this.#grant;
    const entry: JsonObject = {
      event: `${action.type}_run`,
      decisionId,
      ...whoEntry(principal),
      action: actionEntry(action),
      status,
      ...(reasons.length === 0 ? {} : { codes: reasons.map(({ code }) => code) }),
      obligations: this.#duties.reports,
      milliseconds: Math.round(clock.monotonicMs() - this.#startMs),
    };
    return await ledger.append("outcome", ledger.nextId(), principal.tenant, entry);
  }
}

function dutyDeny(error: unknown): Decision {
  const code: EngineCode = "engine:obligation_failed";
  return engineDeny(
    code,
    error instanceof DutyFault ? error.message : "the result could not be transformed",
  );
}
