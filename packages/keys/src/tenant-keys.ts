import type {
  AccessRequirement,
  AccessVerification,
  Principal,
  Verification,
  VerifyOptions,
} from "@scopeward/sdk";
import type { KeyEvents } from "./key-events.ts";
import type { KeyListeners } from "./key-listeners.ts";
import type {
  Changed,
  DelegateRequest,
  Ended,
  Issued,
  IssueRequest,
  KeyChanges,
  Keys,
  ListFilter,
  ManyEnded,
  ManyKeys,
  Reason,
  Replayed,
  Rotated,
} from "./keys.ts";
import { KeysError } from "./keys-error.ts";
import { type Actor, actorOf } from "./operations/actor.ts";
import { delegate } from "./operations/delegate.ts";
import { issue } from "./operations/issue.ts";
import type { OperationContext } from "./operations/key-change.ts";
import { lint } from "./operations/lint.ts";
import type { LintFinding, LintSources } from "./operations/lint-finding.ts";
import { list, show } from "./operations/list.ts";
import type { Refusal } from "./operations/refusal.ts";
import { revoke, revokeAll } from "./operations/revoke.ts";
import { rotate } from "./operations/rotate.ts";
import { disable, enable } from "./operations/standing.ts";
import { update } from "./operations/update.ts";
import { validateApiKey, verifyAccess } from "./operations/validate-api-key.ts";
import type { KeyRecord } from "./record/key-record.ts";
import { KeyStoreError } from "./store/key-store.ts";
import { principalOrigin } from "./verification/principal.ts";

/** What all views of the same keys share. */
export interface SharedKeys {
  readonly context: OperationContext;
  readonly listeners: KeyListeners;
  readonly lintSources: LintSources;
  closing?: Promise<void>;
}

/** Finds who acts, anew at each operation: a management key may have been revoked since. */
export type FindActor = (context: OperationContext) => Promise<Actor | Refusal>;

/** The keys as one actor sees them: this process, or a management key. */
export class TenantKeys implements Keys {
  readonly #shared: SharedKeys;
  readonly #findActor: FindActor;

  constructor(shared: SharedKeys, findActor: FindActor) {
    this.#shared = shared;
    this.#findActor = findActor;
  }

  // Not async: junk is to cost no promise more than its answer.
  verify(token: unknown, options?: VerifyOptions): Promise<Verification> {
    this.#start();
    return this.#shared.context.verifier.verify(token, options);
  }

  async reverify(
    principal: Principal,
    options?: Pick<VerifyOptions, "consistency">,
  ): Promise<Verification> {
    this.#start();
    return await this.#shared.context.verifier.reverify(principal, options);
  }

  async validateApiKey(token: unknown, requiredScope: string): Promise<boolean> {
    this.#start();
    return await validateApiKey(this.#shared.context, token, requiredScope);
  }

  async verifyAccess(
    token: unknown,
    required: AccessRequirement,
    options?: VerifyOptions,
  ): Promise<AccessVerification> {
    this.#start();
    return await verifyAccess(this.#shared.context, token, required, options);
  }

  async issue(request: IssueRequest): Promise<Issued | Replayed | Refusal> {
    return await this.#change(async (actor, context) => await issue(context, actor, request));
  }

  async delegate(parent: string, request: DelegateRequest): Promise<Issued | Replayed | Refusal> {
    return await this.#change(
      async (actor, context) => await delegate(context, actor, parent, request),
    );
  }

  async update(id: string, changes: KeyChanges): Promise<Changed | Refusal> {
    return await this.#change(async (actor, context) => await update(context, actor, id, changes));
  }

  async rotate(id: string, options?: { readonly overlap?: string }): Promise<Rotated | Refusal> {
    return await this.#change(async (actor, context) => await rotate(context, actor, id, options));
  }

  async revoke(id: string, options?: Reason): Promise<Ended | Refusal> {
    return await this.#change(async (actor, context) => await revoke(context, actor, id, options));
  }

  async revokeAll(which: ManyKeys, options?: Reason): Promise<ManyEnded | Refusal> {
    return await this.#change(
      async (actor, context) => await revokeAll(context, actor, which, options),
    );
  }

  async disable(id: string, options?: Reason): Promise<Ended | Refusal> {
    return await this.#change(async (actor, context) => await disable(context, actor, id, options));
  }

  async enable(id: string): Promise<Changed | Refusal> {
    return await this.#change(async (actor, context) => await enable(context, actor, id));
  }

  async list(filter?: ListFilter): Promise<readonly KeyRecord[]> {
    return await this.#look(async (context) => await list(context, filter));
  }

  async show(id: string): Promise<KeyRecord | undefined> {
    return await this.#look(async (context) => await show(context, id));
  }

  async lint(): Promise<readonly LintFinding[]> {
    return await this.#look(async (context) => await lint(context, this.#shared.lintSources));
  }

  as(principal: Principal): Keys {
    // Whatever is given: what is no principal must not become this process.
    return new TenantKeys(this.#shared, async (context) => await actorOf(context, principal));
  }

  made(value: unknown): value is Principal {
    return principalOrigin(value)?.verifier === this.#shared.context.verifier;
  }

  on<E extends keyof KeyEvents>(event: E, listener: (detail: KeyEvents[E]) => void): () => void {
    return this.#shared.listeners.on(event, listener);
  }

  async close(): Promise<void> {
    this.#shared.closing ??= close(this.#shared.context);
    await this.#shared.closing;
  }

  async #change<T>(
    work: (actor: Actor, context: OperationContext) => Promise<T | Refusal>,
  ): Promise<T | Refusal> {
    return await this.#ask(async (context) => {
      const actor = await this.#findActor(context);
      return actor.kind === "refused" ? actor : await work(actor, context);
    });
  }

  async #look<T>(work: (context: OperationContext) => Promise<T>): Promise<T> {
    return await this.#ask(async (context) => {
      const actor = await this.#findActor(context);
      if (actor.kind === "refused") throw new KeysError("not_allowed", actor.message);
      return await work(context);
    });
  }

  async #ask<T>(work: (context: OperationContext) => Promise<T>): Promise<T> {
    if (this.#shared.closing !== undefined) throw new KeysError("closed", "the keys are closed");
    this.#start();
    try {
      return await work(this.#shared.context);
    } catch (fault) {
      throw keysFault(fault);
    }
  }

  #start(): void {
    if (this.#shared.closing === undefined) this.#shared.context.relay.start();
  }
}

// Last uses are written to the store, entries are taken from it: both before it is closed.
async function close({ verifier, relay, store, audit }: OperationContext): Promise<void> {
  try {
    await verifier.close();
    await relay.close();
  } finally {
    await Promise.all([store.close(), audit.close()]);
  }
}

/** A fault of the store, as one of the keys; others stay what they are. */
function keysFault(fault: unknown): unknown {
  if (!KeyStoreError.is(fault)) return fault;
  const code = fault.code === "closed" ? "closed" : "store_unavailable";
  return new KeysError(code, `the key store cannot be used: ${fault.message}`, { cause: fault });
}
