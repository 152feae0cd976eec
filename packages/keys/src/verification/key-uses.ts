import type { KeysContext } from "../keys-context.ts";
import type { KeyBody, StoredSecret } from "../record/key-body.ts";
import type { Pepper } from "../secrets/peppers.ts";
import { LastUses } from "./last-uses.ts";
import { Renewals } from "./renewals.ts";
import { RetiringUses } from "./retiring-uses.ts";

/** What was used. */
export interface KeyUse {
  readonly body: KeyBody;
  readonly secret: StoredSecret;
  /** Under which pepper the record is sealed. */
  readonly sealPepper: string;
  /** The whole token; absent where a principal was verified again. */
  readonly token?: string;
  readonly wallMs: number;
}

/** What follows from the use of a key, after it was accepted and apart from it. */
export class KeyUses {
  readonly #last: LastUses;
  readonly #renewals: Renewals;
  readonly #retiring: RetiringUses;

  /** @param changed - told the keys that were written anew. */
  constructor(
    context: Pick<KeysContext, "store" | "clock" | "emit">,
    changed: (ids: readonly string[]) => void,
  ) {
    this.#last = new LastUses(context);
    this.#renewals = new Renewals(context, changed);
    this.#retiring = new RetiringUses(context);
  }

  /** @param current - the pepper for what is new, where it is known. */
  note(use: KeyUse, current: Pepper | undefined): void {
    const { body, secret, token } = use;
    this.#last.note(body.id, use.wallMs);
    if (secret.endsAt !== undefined) this.#retiring.note(body.id, secret.endsAt);
    if (current === undefined || token === undefined) return;
    if (secret.pepper !== current.id || use.sealPepper !== current.id) {
      this.#renewals.note(body, secret, token, current);
    }
  }

  /** Writes what is buffered; never rejects. */
  async flush(): Promise<void> {
    await this.#last.flush();
    await this.#renewals.flush();
  }
}
