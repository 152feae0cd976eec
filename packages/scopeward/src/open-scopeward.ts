import type { AccessRequest, Catalogue, Decision } from "@scopeward/core";
import { denyFor, engineDeny } from "@scopeward/core";
import type { Keys, LintFinding } from "@scopeward/keys";
import type { Policy, Reload } from "@scopeward/policy";
import type { DecidingPolicy, Enforcer, Notice, Principal } from "@scopeward/sdk";
import { accessRequestOf, withinKeyLimits } from "@scopeward/sdk/enforcer";
import type { Call } from "./call.ts";
import type { Configuration } from "./configuration.ts";
import { idleShadow } from "./idle-shadow.ts";
import { permissionsOf } from "./permissions.ts";
import type { Permissions } from "./permissions.ts";
import { openPolicySource } from "./policy-source.ts";
import type { OpenedSource } from "./policy-source.ts";
import { ScopewardError } from "./scopeward-error.ts";
import { resolveOptions } from "./resolve-options.ts";
import type { Settings } from "./resolve-options.ts";
import { findStrandedKeys } from "./stranded-keys.ts";
import { openWardEnforcer } from "./ward-enforcer.ts";
import { mayHaveKeys, openWardAudit, openWardKeys } from "./ward-keys.ts";
import type { KeysSettings } from "./ward-keys.ts";
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
  return await openResolved(await resolveOptions(options));
}

/** The same for settings that are resolved already, as a command has them. */
export async function openResolved(settings: Settings): Promise<Ward> {
  const opened = await openPolicySource(settings);
  const ward = await wardOf(opened, settings);
  if (settings.watch) await ward.watch();
  else await opened.release();
  return ward;
}

async function wardOf(opened: OpenedSource, settings: Settings): Promise<OpenWard> {
  try {
    return new OpenWard(opened, settings);
  } catch (cause) {
    opened.policy.close();
    await opened.release();
    if (!(cause instanceof TypeError)) throw cause;
    const message = `the configuration is invalid:\n  ${cause.message}`;
    throw new ScopewardError("configuration_invalid", message, { cause });
  }
}

type Listener = (detail: never) => void;

// By the process: nobody listens yet when a ward opens, or when the first key is issued. A pepper is told
// of once.
function warnWith(
  code: "SCOPEWARD_PEPPER_CREATED" | "SCOPEWARD_SHADOW_IDLE",
): (message: string) => void {
  return (message) => process.emitWarning(message, { code });
}

class OpenWard implements Ward {
  #opened: OpenedSource;
  /** Undefined once the ward is closed. */
  #policy: Policy | undefined;
  #revision: string;
  #catalogue: Catalogue;
  #reload: Reload | undefined;
  readonly #settings: KeysSettings;
  readonly keys: Keys;
  readonly enforcer: Enforcer;
  readonly #listeners = new Map<keyof WardEvents, Set<Listener>>();

  constructor(opened: OpenedSource, settings: Settings) {
    const { keys } = settings;
    this.#opened = opened;
    this.#policy = opened.policy;
    this.#revision = opened.policy.revision;
    this.#catalogue = opened.policy.catalogue;
    this.#settings = keys;
    const audit = openWardAudit(keys);
    const tellOfPepper = warnWith("SCOPEWARD_PEPPER_CREATED");
    this.keys = openWardKeys(keys, () => this.#catalogue, tellOfPepper, audit);
    this.enforcer = openWardEnforcer({
      settings,
      keys: this.keys,
      audit,
      current: () => this.#deciding(),
      notify: (notice) => this.#notify(notice),
    });
    const { shadow = {} } = settings.enforcement;
    idleShadow(shadow, this.#catalogue, Date.now()).forEach(warnWith("SCOPEWARD_SHADOW_IDLE"));
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

  async decideFor(principal: Principal, call: Call): Promise<Decision> {
    const verification = await this.keys.reverify(principal);
    if (verification.outcome === "rejected") {
      return denyFor([{ code: verification.code }]);
    }
    try {
      return this.#decide(verification.principal, call);
    } catch {
      // The call is no object, or answers with exceptions of its own.
      return engineDeny("engine:input_invalid");
    }
  }

  permitted(principal: Principal, about: Pick<Call, "subjectProperties"> = {}): Permissions {
    if (!this.keys.made(principal)) {
      throw new TypeError(
        "permitted takes a principal that this ward's `keys.verify` answered with",
      );
    }
    const { expiresAt } = principal;
    return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()
      ? { features: [], tools: [], models: [] }
      : permissionsOf(principal, this.#catalogue, (call) =>
          this.#decide(principal, { ...call, ...about }),
        );
  }

  #decide(principal: Principal, call: Call): Decision {
    const request = accessRequestOf(principal, call, Date.now());
    return withinKeyLimits(this.decide(request), this.#catalogue, request);
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

  withPrincipal<T>(principal: Principal, work: () => T): T {
    return this.enforcer.withPrincipal(principal, work);
  }

  async close(): Promise<void> {
    const policy = this.#policy;
    this.#policy = undefined;
    await this.enforcer.close();
    await this.#reload?.close();
    await this.#opened.release();
    policy?.close();
    await this.keys.close();
  }

  // Evaluation is synchronous, so no decision is under way here: one reference changes and the old
  // evaluator can be freed at once.
  #swap(policy: Policy, milliseconds: number): void {
    const old = this.#policy;
    if (old === undefined) {
      policy.close();
      return;
    }
    const { revision, catalogue } = policy;
    const before = this.#catalogue;
    this.#policy = policy;
    this.#revision = revision;
    this.#catalogue = catalogue;
    old.close();
    const tell = (strandedKeys: readonly LintFinding[]): void =>
      this.#emit("reload", { revision, milliseconds, strandedKeys });
    if (mayHaveKeys(this.#settings)) {
      void findStrandedKeys(this.keys, before, catalogue).then(tell);
    } else {
      tell([]);
    }
  }

  #deciding(): DecidingPolicy | undefined {
    return this.#policy;
  }

  #notify(notice: Notice): void {
    if ((this.#listeners.get("notify")?.size ?? 0) === 0) {
      throw new TypeError("nobody listens to `notify`: call `ward.on`");
    }
    this.#emit("notify", notice);
  }

  #emit<E extends keyof WardEvents>(event: E, detail: WardEvents[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      // Apart from the swap: what a listener throws must not look like a failed reload.
      queueMicrotask(() => (listener as (detail: WardEvents[E]) => void)(detail));
    }
  }
}
