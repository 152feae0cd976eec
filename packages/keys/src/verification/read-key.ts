import type { KeyBody } from "../record/key-body.ts";
import { checkSeal, parseBody } from "../record/seal.ts";
import type { Peppers } from "../secrets/peppers.ts";
import type { StoredKey } from "../store/key-store.ts";
import { freezeDeep } from "./freeze-deep.ts";

/** One stored key as it was read: parsed at once, its seal checked when it is first asked for. */
export class ReadKey {
  readonly id: string;
  readonly sealPepper: string;
  /** Undefined for what is no body. Not to be trusted before the seal is known to be intact. */
  readonly body: KeyBody | undefined;
  /** Monotonic time at which the read began: the record is at least as young. */
  readonly readAtMs: number;
  readonly notBeforeMs: number;
  readonly expiresAtMs: number;
  /** Until its seal was checked. */
  #stored: StoredKey | undefined;
  #isIntact = false;

  constructor(stored: StoredKey, readAtMs: number) {
    const body = parseBody(stored);
    this.id = stored.id;
    this.sealPepper = stored.sealPepper;
    this.#stored = stored;
    this.body = body;
    this.readAtMs = readAtMs;
    this.notBeforeMs =
      body?.notBefore === undefined ? Number.NEGATIVE_INFINITY : Date.parse(body.notBefore);
    this.expiresAtMs =
      body?.expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(body.expiresAt);
    // Principals hand these out, and a cached record serves many of them.
    if (body !== undefined) {
      Object.freeze(body.scopes);
      freezeDeep(body.constraints);
    }
  }

  /** Whether its seal was checked and is good. */
  get isIntact(): boolean {
    return this.#isIntact;
  }

  /** Whether the record is what Scopeward wrote. A missing pepper is asked for again each time. */
  seal(peppers: Pick<Peppers, "known">): "intact" | "invalid" | "pepper_missing" {
    if (this.#stored !== undefined) {
      const seal = checkSeal(this.#stored, peppers);
      if (seal === "pepper_missing") return seal;
      this.#isIntact = seal === "intact";
      // The text is not needed any more, and a cache holds many of these.
      this.#stored = undefined;
    }
    return this.#isIntact ? "intact" : "invalid";
  }
}
