import type { Decision, JsonObject, Reason } from "@scopeward/core";
import { denyFor, engineDeny } from "@scopeward/core";
import { smallestOutputLimit } from "../obligations/max-output-tokens.ts";
import type { Principal } from "../principal.ts";
import type { ApprovalRecord } from "../approval-channel.ts";
import type { ApprovalDesk } from "./approval-desk.ts";
import { approvalOf, boundQuestion } from "./approval-desk.ts";
import type { Authorization, Denied } from "./authorization.ts";
import { CallArguments } from "./call-arguments.ts";
import type { ModelCall, Surroundings, ToolCall } from "./call.ts";
import { actionEntry, decisionEntry } from "./decision-entry.ts";
import type { EnforcerContext } from "./enforcer-context.ts";
import type { Grant } from "./grant.ts";
import type { ObligationPlan } from "./obligation-plan.ts";
import type { PermitBook } from "./permit-book.ts";
import type { Matter, Verdict } from "./verdict.ts";
import { verdictOn } from "./verdict.ts";
import type { VerifiedCaller } from "./verified-caller.ts";
import { verifiedCaller } from "./verified-caller.ts";

/** Why a call that the policies allow is denied all the same; undefined where it is not. */
export type Objection = (principal: Principal, decision: Decision) => Reason | undefined;

/** One call on its way to a verdict. */
type Asked = (ToolCall | ModelCall) & { readonly matter: Matter };

const maxNameLength = 1_024;

/** From a call to a permit. Never rejects. */
export class Authorizer {
  readonly #context: EnforcerContext;
  readonly #desk: ApprovalDesk;
  readonly #permits: PermitBook<Grant>;

  constructor(context: EnforcerContext, desk: ApprovalDesk, permits: PermitBook<Grant>) {
    this.#context = context;
    this.#desk = desk;
    this.#permits = permits;
  }

  async tool(call: ToolCall, objection?: Objection): Promise<Authorization> {
    const matter = (): Matter => ({
      action: Object.freeze({ type: "tool", name: nameOf(call.tool) }),
      arguments: new CallArguments(call.arguments ?? {}, this.#context.argsBytes),
      surroundings: surroundingsOf(call),
    });
    return await this.#guarded(call, matter, objection);
  }

  async model(call: ModelCall): Promise<Authorization> {
    const matter = (): Matter => ({
      action: Object.freeze({ type: "model", name: nameOf(call.operation ?? "chat") }),
      model: Object.freeze({ type: "model", id: nameOf(call.model) }),
      arguments: new CallArguments({}, this.#context.argsBytes),
      surroundings: surroundingsOf(call),
    });
    return await this.#guarded(call, matter);
  }

  /** The answer to a caller who is nobody: a proven key is written down, anything else is counted. */
  async rejected(
    { code, keyId, message }: VerifiedCaller & { readonly kind: "rejected" },
    about: JsonObject,
  ): Promise<Denied> {
    const { ledger } = this.#context;
    const reason = message === undefined ? { code } : { code, message };
    const decision = denyFor([reason]);
    if (keyId === undefined) {
      await ledger.junk(code);
      return { kind: "deny", decision };
    }
    const decisionId = ledger.nextId();
    const entry = { ...about, keyId, effect: "deny", codes: [code] };
    await ledger.append("decision", decisionId, this.#context.tenant, entry);
    return { kind: "deny", decision, decisionId };
  }

  async #guarded(
    call: ToolCall | ModelCall,
    matter: () => Matter,
    objection?: Objection,
  ): Promise<Authorization> {
    try {
      return await this.#authorize({ ...call, matter: matter() }, objection);
    } catch (error) {
      const isMalformed = error instanceof MalformedCall;
      const code = isMalformed ? "engine:input_invalid" : "engine:evaluation_failed";
      // Nobody was verified, or no entry could be made: counted, so that it leaves a trace.
      await this.#context.ledger.junk(code);
      return { kind: "deny", decision: engineDeny(code) };
    }
  }

  async #authorize(call: Asked, objection: Objection | undefined): Promise<Authorization> {
    const { keys, portMs } = this.#context;
    await this.#context.prepare();
    const { action } = call.matter;
    const verified = await verifiedCaller(keys, call, portMs);
    if (verified.kind === "rejected") {
      const about = { event: `${action.type}_call`, action: actionEntry(action) };
      return await this.rejected(verified, about);
    }
    const { principal } = verified;
    if (call.approval === undefined) return await this.#fresh(principal, call, objection);
    const resumed = await this.#desk.resumed(call.approval, principal, action);
    if (resumed.kind === "refused") {
      return await this.#deny(principal, call.matter, unjudged, denyFor(resumed.reasons));
    }
    return await this.#resume(principal, call, resumed.record);
  }

  async #fresh(
    principal: Principal,
    call: Asked,
    objection: Objection | undefined,
  ): Promise<Authorization> {
    const { matter } = call;
    const verdict = await verdictOn(this.#context, principal, matter, call.args);
    switch (verdict.decision.effect) {
      case "deny":
        return await this.#deny(principal, matter, verdict, verdict.decision);
      case "require_approval":
        return await this.#park(principal, matter, verdict);
      case "allow": {
        const objected = objection?.(principal, verdict.decision);
        return objected === undefined
          ? await this.#permit(principal, matter, verdict)
          : await this.#deny(principal, matter, verdict, denyFor([objected]));
      }
    }
  }

  // The answer is used up only for the very call that it was given for, and before the decision is
  // written down: what is lost in between is asked again.
  async #resume(principal: Principal, call: Asked, record: ApprovalRecord): Promise<Authorization> {
    const approval = approvalOf(record);
    const matter: Matter = { ...call.matter, ...(approval === undefined ? {} : { approval }) };
    const verdict = await verdictOn(this.#context, principal, matter, call.args);
    const { action, surroundings } = matter;
    const { effect } = verdict.decision;
    if (effect === "deny") return await this.#deny(principal, matter, verdict, verdict.decision);
    if (effect === "require_approval") {
      const message = "the approval cannot be used: the policies ask for more now; ask again";
      const reasons = [{ code: "engine:approval_invalid", message }];
      return await this.#deny(principal, matter, verdict, denyFor(reasons));
    }
    const question = boundQuestion(principal, action, verdict, record.codes, surroundings.callId);
    const consumed = await this.#desk.consume(record, question);
    return consumed.kind === "refused"
      ? await this.#deny(principal, matter, verdict, denyFor(consumed.reasons))
      : await this.#permit(principal, matter, verdict, record.id);
  }

  async #park(principal: Principal, matter: Matter, verdict: Verdict): Promise<Authorization> {
    const { action, surroundings } = matter;
    const planned = this.#context.handlers.plan(verdict.decision);
    if (planned.kind === "refused") {
      return await this.#deny(principal, matter, verdict, denyFor([planned.reason]));
    }
    const asked = await this.#desk.question(principal, action, verdict, surroundings.callId);
    if (asked.kind === "refused") {
      return await this.#deny(principal, matter, verdict, denyFor(asked.reasons));
    }
    const { record } = asked;
    const { decision } = verdict;
    const decisionId = await this.#record(principal, matter, verdict, decision, record.id);
    return decisionId === undefined
      ? auditUnavailable()
      : { kind: "approval", approval: record, decision, decisionId };
  }

  async #permit(
    principal: Principal,
    matter: Matter,
    verdict: Verdict,
    approval?: string,
  ): Promise<Authorization> {
    const planned = this.#context.handlers.plan(verdict.decision);
    if (planned.kind === "refused") {
      return await this.#deny(principal, matter, verdict, denyFor([planned.reason]));
    }
    const decisionId = await this.#record(principal, matter, verdict, verdict.decision, approval);
    return decisionId === undefined
      ? auditUnavailable()
      : this.#allowed(principal, matter, verdict, planned.plan, decisionId);
  }

  #allowed(
    principal: Principal,
    matter: Matter,
    verdict: Verdict,
    plan: ObligationPlan,
    decisionId: string,
  ): Authorization {
    const { action, model, arguments: readArguments, surroundings } = matter;
    const { decision, args } = verdict;
    const limit = model === undefined ? undefined : smallestOutputLimit(decision.obligations);
    const maxOutputTokens = limit === undefined ? {} : { maxOutputTokens: limit };
    const permit = this.#permits.issue(model?.id ?? action.name, {
      decisionId,
      principal,
      action,
      verdict,
      plan,
      arguments: readArguments,
      surroundings,
      ...maxOutputTokens,
    });
    return { kind: "allow", permit, args, decision, decisionId, principal, ...maxOutputTokens };
  }

  async #deny(
    principal: Principal,
    matter: Matter,
    verdict: Verdict,
    decision: Decision,
  ): Promise<Denied> {
    const decisionId = await this.#record(principal, matter, verdict, decision);
    return { kind: "deny", decision, ...(decisionId === undefined ? {} : { decisionId }) };
  }

  /** The id of the decision; undefined where the log has not taken it. */
  async #record(
    principal: Principal,
    { action, surroundings }: Matter,
    verdict: Verdict,
    decision: Decision,
    approval?: string,
  ): Promise<string | undefined> {
    const { ledger } = this.#context;
    const id = ledger.nextId();
    const note = { surroundings, ...(approval === undefined ? {} : { approval }) };
    const entry = decisionEntry(principal, action, verdict, decision, note);
    const taken = await ledger.append("decision", id, principal.tenant, entry);
    return taken ? id : undefined;
  }
}

const unjudged: Verdict = { decision: engineDeny("engine:approval_invalid"), args: {}, scopes: [] };

class MalformedCall extends Error {}

function nameOf(name: unknown): string {
  if (typeof name !== "string" || name === "" || name.length > maxNameLength) {
    throw new MalformedCall("a tool or model needs a name");
  }
  if (!name.isWellFormed()) throw new MalformedCall("a name must be well-formed text");
  return name;
}

function labelOf(label: unknown): string {
  if (typeof label !== "string" || label.length > maxNameLength || !label.isWellFormed()) {
    throw new MalformedCall("a session or an id of a call must be well-formed text");
  }
  return label;
}

function surroundingsOf(call: Surroundings): Surroundings {
  const { session, callId, facts, subjectProperties, signal } = call;
  return {
    ...(session === undefined ? {} : { session: labelOf(session) }),
    ...(callId === undefined ? {} : { callId: labelOf(callId) }),
    ...(facts === undefined ? {} : { facts }),
    ...(subjectProperties === undefined ? {} : { subjectProperties }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function auditUnavailable(): Denied {
  return {
    kind: "deny",
    decision: engineDeny("engine:audit_unavailable", "the decision could not be written down"),
  };
}
