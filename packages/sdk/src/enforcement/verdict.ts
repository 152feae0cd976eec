import { isDeepStrictEqual } from "node:util";
import type { Action, Approval, Catalogue, Decision, JsonObject, Resource } from "@scopeward/core";
import { catalogueTarget, engineDeny, isGranted } from "@scopeward/core";
import type { DecidingPolicy } from "../policy-decision-point.ts";
import type { Principal } from "../principal.ts";
import type { RequestSubjectMatter } from "./access-request.ts";
import { accessRequestOf, withinKeyLimits } from "./access-request.ts";
import type { CallArguments } from "./call-arguments.ts";
import type { Surroundings } from "./call.ts";
import { contextFacts } from "./context-facts.ts";
import { within } from "./deadline.ts";
import { derivedResource } from "./derived-resource.ts";
import type { EnforcerContext } from "./enforcer-context.ts";
import type { ShadowedDecision } from "./shadow-book.ts";
import { soundDecision } from "./sound-decision.ts";

/** One call, as far as it is decided on. */
export interface Matter {
  readonly action: Action;
  /** Of a model call; that of a tool is derived. */
  readonly model?: Resource;
  readonly arguments: CallArguments;
  readonly approval?: Approval;
  readonly surroundings: Surroundings;
}

/** What was decided on one call, and on what. */
export interface Verdict extends ShadowedDecision {
  /** What was decided on at last; `{}` where the arguments could not be read. */
  readonly args: JsonObject;
  readonly resource?: Resource;
  /** Of the policies that decided; absent where none did. */
  readonly revision?: string;
  readonly catalogue?: Catalogue;
  /** The granted scopes that open the target. */
  readonly scopes: readonly string[];
}

/** More changes of the policies than this, while one call is decided, deny it. */
const maxAttempts = 4;

/**
 * Decides one call: reads what it touches, asks the context providers, asks the policies, and asks them
 * once more about what they rewrote. All of it under one revision: after a reload it begins anew.
 */
export async function verdictOn(
  context: EnforcerContext,
  principal: Principal,
  matter: Matter,
  given: unknown,
): Promise<Verdict> {
  const read = await matter.arguments.read(given);
  if (read.kind === "refused") return withoutPolicies(engineDeny(read.code, read.detail));
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const policy = context.currentPolicy();
    if (policy === undefined) return withoutPolicies(engineDeny("engine:no_bundle"), read.args);
    const verdict = await new Hearing(context, principal, matter, policy).verdict(read.args);
    if (context.currentPolicy()?.revision === policy.revision) return verdict;
  }
  const decision = engineDeny("engine:evaluation_failed", "the policies change too often");
  return withoutPolicies(decision, read.args);
}

function withoutPolicies(decision: Decision, args: JsonObject = {}): Verdict {
  return { decision, args, scopes: [] };
}

/** One call before one revision of the policies. */
class Hearing {
  readonly #context: EnforcerContext;
  readonly #principal: Principal;
  readonly #matter: Matter;
  readonly #policy: DecidingPolicy;

  constructor(
    context: EnforcerContext,
    principal: Principal,
    matter: Matter,
    policy: DecidingPolicy,
  ) {
    this.#context = context;
    this.#principal = principal;
    this.#matter = matter;
    this.#policy = policy;
  }

  async verdict(args: JsonObject): Promise<Verdict> {
    const first = await this.#decide(args);
    const { decision } = first;
    if (decision.effect === "deny" || decision.args === undefined) return first;
    // What came out of a policy is read like what came in, and decided on once more.
    const reread = await this.#matter.arguments.reread(decision.args);
    if (reread.kind === "refused") {
      return { ...first, decision: engineDeny(reread.code, `rewritten: ${reread.detail}`) };
    }
    const second = await this.#decide(reread.args);
    const again = second.decision.args;
    if (again === undefined || isDeepStrictEqual(again, reread.args)) return second;
    const detail = "the policies rewrite the arguments anew each time";
    return { ...second, decision: engineDeny("engine:args_unstable", detail) };
  }

  async #decide(args: JsonObject): Promise<Verdict> {
    const { action, model, surroundings, approval } = this.#matter;
    const { catalogue, revision } = this.#policy;
    const derived =
      model === undefined
        ? derivedResource(catalogue, action.name, args, this.#context.normalisers)
        : { kind: "resource" as const, resource: model };
    const found = derived.kind === "resource" ? derived : undefined;
    const about = {
      args,
      ...(found === undefined ? {} : { resource: found.resource }),
      ...(found !== undefined && "facts" in found && found.facts !== undefined
        ? { facts: found.facts }
        : {}),
    };
    const asked = await askPolicy(this.#context, this.#policy, this.#principal, {
      ...about,
      action,
      surroundings,
      ...(approval === undefined ? {} : { approval }),
    });
    const verdict: Verdict = {
      ...asked,
      args,
      ...(found === undefined ? {} : { resource: found.resource }),
      revision,
      catalogue,
      scopes: grantedScopes(catalogue, { action, ...about }, this.#principal),
    };
    if (derived.kind !== "underived" || verdict.decision.effect === "deny") {
      return derived.kind === "underived" ? explained(verdict, derived.detail) : verdict;
    }
    return { ...verdict, decision: engineDeny("engine:resource_underived", derived.detail) };
  }
}

/** The policies' `engine:resource_underived` with what is known of the cause. */
function explained(verdict: Verdict, detail: string): Verdict {
  const code = "engine:resource_underived";
  return verdict.decision.reasons.some((reason) => reason.code === code)
    ? { ...verdict, decision: engineDeny(code, detail) }
    : verdict;
}

/** What is asked of the policies about one call, with everything that surrounds it. */
interface PolicyQuestion {
  readonly action: Action;
  readonly resource?: Resource;
  readonly args?: JsonObject;
  readonly approval?: Approval;
  /** What a normaliser found. */
  readonly facts?: JsonObject;
  readonly surroundings: Surroundings;
}

/** Asks the context providers, then the policies. Never rejects. */
async function askPolicy(
  context: EnforcerContext,
  policy: DecidingPolicy,
  principal: Principal,
  question: PolicyQuestion,
): Promise<ShadowedDecision> {
  const { action, resource, args, approval, surroundings } = question;
  const { session, signal } = surroundings;
  const provided = await contextFacts(
    context.providers,
    {
      phase: "call",
      principal,
      action,
      ...(resource === undefined ? {} : { resource }),
      ...(args === undefined ? {} : { args }),
      ...(session === undefined ? {} : { session }),
    },
    surroundings,
    signal,
    context.normalisers.keys(),
  );
  if (provided.kind === "failed") {
    return { decision: engineDeny("engine:context_failed", provided.detail) };
  }
  const facts = { ...provided.facts, ...question.facts };
  const matter: RequestSubjectMatter = {
    phase: "call",
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(args === undefined ? {} : { args }),
    ...(approval === undefined ? {} : { approval }),
    ...(provided.subject === undefined ? {} : { subjectProperties: provided.subject }),
    ...(session === undefined ? {} : { session }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  };
  return await decisionOn(context, policy, principal, matter);
}

/** One decision of the policies, ANDed with the key's limits, and relaxed where a feature is in shadow. */
export async function decisionOn(
  context: EnforcerContext,
  policy: DecidingPolicy,
  principal: Principal,
  matter: RequestSubjectMatter,
): Promise<ShadowedDecision> {
  const request = accessRequestOf(principal, matter, context.clock.wallMs());
  const waited = await within(context.portMs, () => policy.decide(request));
  if (waited.kind === "late") return { decision: engineDeny("engine:timeout") };
  if (waited.kind === "failed") return { decision: engineDeny("engine:evaluation_failed") };
  const { catalogue } = policy;
  const limited = withinKeyLimits(soundDecision(waited.value), catalogue, request);
  const owners = catalogueTarget(catalogue, request)?.features ?? [];
  const relaxed = context.shadow.relaxed(limited, owners);
  if (relaxed.shadowed === undefined) return { decision: limited };
  // A deny of the policies may have hidden what the key's own limits refuse.
  return {
    shadowed: relaxed.shadowed,
    decision: withinKeyLimits(relaxed.decision, catalogue, request),
  };
}

function grantedScopes(
  catalogue: Catalogue,
  about: { readonly action: Action; readonly resource?: Resource },
  { key }: Principal,
): readonly string[] {
  const open = catalogueTarget(catalogue, about)?.scopes[key.audience] ?? [];
  return open.filter((scope) => isGranted(key, scope));
}
