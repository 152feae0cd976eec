import type { Reason } from "@scopeward/core";
import { engineDeny } from "@scopeward/core";
import type { Principal } from "../principal.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Denied, Listing } from "./authorization.ts";
import type { ToolListing } from "./call.ts";
import { contextFacts } from "./context-facts.ts";
import { whoEntry } from "./decision-entry.ts";
import type { EnforcerContext } from "./enforcer-context.ts";
import { decisionOn } from "./verdict.ts";
import { verifiedCaller } from "./verified-caller.ts";
import { writtenText, writtenTexts } from "./written-text.ts";

const maxTools = 10_000;
/** Of the names in the entry; all of them are counted. */
const maxNamesBytes = 16_384;

/** Which tools may be offered. Never rejects. */
export class Lister {
  readonly #context: EnforcerContext;
  readonly #authorizer: Authorizer;

  constructor(context: EnforcerContext, authorizer: Authorizer) {
    this.#context = context;
    this.#authorizer = authorizer;
  }

  async list(listing: ToolListing): Promise<Listing> {
    try {
      return await this.#list(listing);
    } catch {
      return { kind: "deny", decision: engineDeny("engine:input_invalid") };
    }
  }

  async #list(listing: ToolListing): Promise<Listing> {
    const { keys, portMs, ledger } = this.#context;
    const tools = [...listing.tools];
    if (tools.length > maxTools) {
      return { kind: "deny", decision: engineDeny("engine:input_too_large") };
    }
    await this.#context.prepare();
    const verified = await verifiedCaller(keys, listing, portMs);
    if (verified.kind === "rejected") {
      return await this.#authorizer.rejected(verified, { event: "tool_list" });
    }
    const { principal } = verified;
    const sorted = await this.#sorted(principal, listing, tools);
    const decisionId = ledger.nextId();
    const { offered, hidden, revision } = sorted;
    const taken = await ledger.append("decision", decisionId, principal.tenant, {
      event: "tool_list",
      ...whoEntry(principal),
      effect: offered.length === 0 ? "deny" : "allow",
      asked: tools.length,
      offered: writtenTexts(offered, maxNamesBytes),
      offeredCount: offered.length,
      ...(revision === undefined ? {} : { revision }),
      ...(listing.session === undefined ? {} : { session: writtenText(listing.session) }),
    });
    return taken ? { kind: "listed", tools: offered, hidden, decisionId } : unavailable();
  }

  async #sorted(
    principal: Principal,
    listing: ToolListing,
    tools: readonly string[],
  ): Promise<{
    readonly offered: readonly string[];
    readonly hidden: readonly { readonly tool: string; readonly reasons: readonly Reason[] }[];
    readonly revision?: string;
  }> {
    const { session, signal } = listing;
    const question = {
      phase: "list" as const,
      principal,
      ...(session === undefined ? {} : { session }),
    };
    const context = await contextFacts(
      this.#context.providers,
      question,
      listing,
      signal,
      this.#context.normalisers.keys(),
    );
    const policy = this.#context.currentPolicy();
    const refusal =
      context.kind === "failed"
        ? engineDeny("engine:context_failed", context.detail)
        : engineDeny("engine:no_bundle");
    const offered: string[] = [];
    const hidden: { tool: string; reasons: readonly Reason[] }[] = [];
    for (const tool of tools) {
      const decision =
        context.kind === "failed" || policy === undefined
          ? refusal
          : (
              await decisionOn(this.#context, policy, principal, {
                phase: "list",
                action: { type: "tool", name: tool },
                ...(context.subject === undefined ? {} : { subjectProperties: context.subject }),
                ...(session === undefined ? {} : { session }),
                ...(Object.keys(context.facts).length === 0 ? {} : { facts: context.facts }),
              })
            ).decision;
      if (decision.effect === "deny") hidden.push({ tool, reasons: decision.reasons });
      else offered.push(tool);
    }
    return {
      offered,
      hidden,
      ...(policy === undefined ? {} : { revision: policy.revision }),
    };
  }
}

function unavailable(): Denied {
  return { kind: "deny", decision: engineDeny("engine:audit_unavailable") };
}
