import type { AccessRequest, Catalogue, Decision } from "@scopeward/core";
import { engineDeny } from "@scopeward/core";
import type { Policy, Reload } from "@scopeward/policy";
import type { Configuration } from "./configuration.ts";
import { openPolicySource } from "./policy-source.ts";
import type { OpenedSource } from "./policy-source.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { Ward, WardEvents } from "./ward.ts";

/**
 * Opens Scopeward in this process: builds the policies (or loads the bundle) and decides by them.
 *
 * @param options - the configuration itself, or the path of a configuration file; without it the
 *   `scopeward.config.*` of the current folder.
 * @throws ScopewardError with every problem when the policies do not build, and for whatever else
 *   of the configuration cannot be used; see its codes. Nothing stays open then.
 *
 * @example
 * const ward = await openScopeward({ policies: "policies", watch: true });
 * const decision = ward.decide(request);
 */
export async function openScopeward(options?: Configuration | string): Promise<Ward> {
  const settings = await resolveOptions(options);
  const opened = await openPolicySource(settings);
  const ward = new OpenWard(opened);
  if (settings.watch) await ward.watch();
  else await opened.release();
  return ward;
}

type Listener = (detail: never) => void;

class OpenWard implements Ward {
  #opened: OpenedSource;
  /** Undefined once the ward is closed. */
  #policy: Policy | undefined;
  #revision: string;
  #catalogue: Catalogue;
  #reload: Reload | undefined;
  readonly #listeners = new Map<keyof WardEvents, Set<Listener>>();

  constructor(opened: OpenedSource) {
    this.#opened = opened;
    this.#policy = opened.policy;
    this.#revision = opened.policy.revision;
    this.#catalogue = opened.policy.catalogue;
  }

  get revision(): string {
    return this.#revision;
  }

  get catalogue(): Catalogue {
    return this.#catalogue;
  }

  decide(request: AccessRequest): Decision {
    return this.#policy === undefined
      ? engineDeny("engine:no_bundle")
      : this.#policy.decide(request);
  }

  on<E extends keyof WardEvents>(event: E, listener: (detail: WardEvents[E]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Resolves once a change of the policies is noticed. */
  async watch(): Promise<void> {
    this.#reload = this.#opened.watch({
      loaded: (policy, milliseconds) => this.#swap(policy, milliseconds),
      refused: (problems) => this.#emit("reload-failed", { problems }),
    });
    await this.#reload.ready;
  }

  async close(): Promise<void> {
    const policy = this.#policy;
    this.#policy = undefined;
    await this.#reload?.close();
    await this.#opened.release();
    policy?.close();
  }

  // Evaluation is synchronous, so no decision is under way here: one reference changes and the old
  // evaluator can be freed at once.
  #swap(policy: Policy, milliseconds: number): void {
    const old = this.#policy;
    if (old === undefined) {
      policy.close();
      return;
    }
    this.#policy = policy;
    this.#revision = policy.revision;
    this.#catalogue = policy.catalogue;
    old.close();
    this.#emit("reload", { revision: policy.revision, milliseconds });
  }

  #emit<E extends keyof WardEvents>(event: E, detail: WardEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      // Apart from the swap: what a listener throws must not look like a failed reload.
      queueMicrotask(() => (listener as (detail: WardEvents[E]) => void)(detail));
    }
  }
}
