import type { KeysContext } from "../keys-context.ts";
import { keyEntryText } from "../outbox/audit-entry.ts";
import type { KeyBody, StoredSecret } from "../record/key-body.ts";
import { sealKey } from "../record/seal.ts";
import type { Pepper } from "../secrets/peppers.ts";
import type { KeyWrite } from "../store/key-store.ts";
import { faultReason } from "./availability.ts";

/** How many keys wait to be renewed at most; the others come with a later use. */
const maxWaiting = 1_000;
/** How many are committed together. */
const batchSize = 50;

interface Renewal {
  readonly body: KeyBody;
  readonly secrets: readonly StoredSecret[];
  readonly pepper: Pepper;
}

/**
 * Records whose digest or seal is under an older pepper than the current one, to be written anew
 * under that: so an old pepper is not needed any more once its keys were used. The digest is taken
 * when the token is shown; the token is not kept.
 */
export class Renewals {
  readonly #context: Pick<KeysContext, "store" | "clock" | "emit">;
  readonly #changed: (ids: readonly string[]) => void;
  #waiting = new Map<string, Renewal>();

  /** @param changed - told the keys that were written. */
  constructor(
    context: Pick<KeysContext, "store" | "clock" | "emit">,
    changed: (ids: readonly string[]) => void,
  ) {
    this.#context = context;
    this.#changed = changed;
  }

  /** A key was verified with this token and secret, and something of it is under another pepper. */
  note(body: KeyBody, shown: StoredSecret, token: string, pepper: Pepper): void {
    if (this.#waiting.has(body.id) || this.#waiting.size >= maxWaiting) return;
    const mac = pepper.digest(token);
    const secrets = body.secrets.map((secret) =>
      secret === shown ? { ...secret, pepper: pepper.id, mac } : secret,
    );
    this.#waiting.set(body.id, { body, secrets, pepper });
  }

  /** Writes what is waiting. Never rejects: what failed comes again with the next use of its key. */
  async flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    try {
      const storeId = await this.#context.store.storeId();
      const time = new Date(this.#context.clock.wallMs()).toISOString();
      const writes = waiting.map((renewal) => renewedWrite(renewal, storeId, time));
      for (let start = 0; start < writes.length; start += batchSize) {
        await this.#commit(writes.slice(start, start + batchSize));
      }
    } catch (fault) {
      this.#context.emit("background-failed", { task: "renewal", reason: faultReason(fault) });
    }
  }

  // A key that somebody else changed meanwhile is left alone, the others are tried again without it.
  async #commit(batch: readonly KeyWrite[]): Promise<void> {
    let writes = batch;
    while (writes.length > 0) {
      const result = await this.#context.store.commit({ writes });
      if (result.kind !== "conflict") {
        this.#changed(writes.map(({ key }) => key.id));
        return;
      }
      const rest = writes.filter(({ key }) => key.id !== result.id);
      if (rest.length === writes.length) return;
      writes = rest;
    }
  }
}

function renewedWrite({ body, secrets, pepper }: Renewal, storeId: string, time: string): KeyWrite {
  const after: KeyBody = { ...body, secrets, version: body.version + 1 };
  return {
    key: sealKey(after, pepper),
    expects: body.version,
    entry: keyEntryText(storeId, {
      event: "resealed",
      before: body,
      after,
      actor: "local",
      time,
    }),
  };
}
