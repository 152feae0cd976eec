import { AsyncLocalStorage } from "node:async_hooks";
import type { ApprovalChannel } from "../approval-channel.ts";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import type { ContextProvider } from "../context-provider.ts";
import type { KeyVerifier } from "../key-verifier.ts";
import type { Limiter } from "../limiter.ts";
import type { Normaliser } from "../normaliser.ts";
import { builtInObligations } from "../obligations/built-in-obligations.ts";
import type { DecidingPolicy, PolicyDecisionPoint } from "../policy-decision-point.ts";
import type { Principal } from "../principal.ts";
import { within } from "./deadline.ts";
import type { EnforcerParts } from "./enforcer-parts.ts";
import { Ledger } from "./ledger.ts";
import { ObligationHandlers } from "./obligation-plan.ts";
import { ShadowBook } from "./shadow-book.ts";

const defaultPortMs = 10_000;
const defaultApprovalMs = 900_000;
const defaultPendingApprovals = 20;
const defaultArgsBytes = 1024 * 1024;
const providerName = /^[a-z][a-z0-9_]*$/u;
const normaliserName = /^[a-z][a-z0-9_-]*$/u;

/** The parts of an Enforcer, checked and with their defaults. */
export class EnforcerContext {
  readonly keys: KeyVerifier;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly approvals: ApprovalChannel | undefined;
  readonly handlers: ObligationHandlers;
  readonly providers: readonly ContextProvider[];
  readonly normalisers: ReadonlyMap<string, Normaliser>;
  readonly limiter: Limiter | undefined;
  readonly shadow: ShadowBook;
  readonly tenant: string;
  readonly portMs: number;
  readonly approvalMs: number;
  readonly pendingApprovalsPerKey: number;
  readonly argsBytes: number;
  readonly principals: AsyncLocalStorage<Principal> = new AsyncLocalStorage();
  readonly #policy: PolicyDecisionPoint;
  readonly #unready: Set<Normaliser>;
  /** The revision whose normalisers are ready. */
  #readyFor: string | undefined;
  #isClosed = false;

  /** @throws TypeError for parts that cannot work. */
  constructor(parts: EnforcerParts) {
    const { bounds = {}, tenant = "default" } = parts;
    this.tenant = tenant;
    this.keys = parts.keys;
    this.#policy = parts.policy;
    this.clock = parts.clock ?? systemClock;
    this.portMs = bounds.portMs ?? defaultPortMs;
    this.approvalMs = bounds.approvalMs ?? defaultApprovalMs;
    this.pendingApprovalsPerKey = bounds.pendingApprovalsPerKey ?? defaultPendingApprovals;
    this.argsBytes = bounds.argsBytes ?? defaultArgsBytes;
    for (const [name, value] of Object.entries(bounds)) {
      if (!(Number.isSafeInteger(value) && value > 0)) {
        throw new TypeError(`the bound \`${name}\` must be a whole number above 0`);
      }
    }
    this.ledger = new Ledger(parts.audit, this.clock, tenant, this.portMs);
    this.approvals = parts.approvals;
    this.limiter = parts.limiter;
    this.handlers = new ObligationHandlers([
      ...builtInObligations(parts.notify),
      ...(parts.obligations ?? []),
    ]);
    for (const type of parts.expects ?? []) {
      if (!this.handlers.has(type))
        throw new TypeError(`nobody carries out obligation \`${type}\``);
    }
    this.providers = parts.contextProviders ?? [];
    named(this.providers, providerName, "context provider");
    this.normalisers = named(parts.normalisers ?? [], normaliserName, "normaliser");
    this.#unready = new Set(this.normalisers.values());
    this.shadow = new ShadowBook(parts.shadow ?? {}, this.ledger, this.clock, tenant);
  }

  /** What decides now; undefined where nothing does, or the Enforcer is closed. */
  currentPolicy(): DecidingPolicy | undefined {
    if (this.#isClosed) return undefined;
    try {
      return this.#policy.current();
    } catch {
      return undefined;
    }
  }

  /** Makes ready what a call needs: shadow mode written down, and the normalisers that policies name. */
  async prepare(): Promise<void> {
    await this.shadow.announce();
    if (this.#unready.size === 0) return;
    const policy = this.currentPolicy();
    if (policy === undefined || policy.revision === this.#readyFor) return;
    const declared = new Set(
      Object.values(policy.catalogue.tools).map(({ resource }) =>
        typeof resource === "object" ? resource.from : undefined,
      ),
    );
    let isReady = true;
    for (const normaliser of this.#unready) {
      if (!declared.has(normaliser.name)) continue;
      const waited = await within(this.portMs, async () => await normaliser.ready?.());
      if (waited.kind === "done") this.#unready.delete(normaliser);
      else isReady = false;
    }
    if (isReady) this.#readyFor = policy.revision;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.ledger.flush();
    await within(this.portMs, async () => await this.approvals?.close());
  }
}

function named<T extends { readonly name: string }>(
  parts: readonly T[],
  pattern: RegExp,
  kind: string,
): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const part of parts) {
    if (!pattern.test(part.name)) {
      throw new TypeError(`\`${part.name}\` is no name for a ${kind}: use lower-case letters`);
    }
    if (byName.has(part.name)) throw new TypeError(`two ${kind}s are named \`${part.name}\``);
    byName.set(part.name, part);
  }
  return byName;
}
