import type { Clock } from "../clock.ts";
import type { Permit } from "./authorization.ts";

const lifeMs = 30_000;

/** What came of showing a permit. */
export type Redemption<G> =
  | { readonly kind: "redeemed"; readonly grant: G }
  /** `grant` is there where the permit was a real one once. */
  | { readonly kind: "refused"; readonly grant?: G; readonly detail: string };

/**
 * The permits of one Enforcer. A permit says nothing by itself: what it stands for is looked up by its
 * identity, so neither a copy nor anything from elsewhere opens anything.
 */
export class PermitBook<G extends object> {
  readonly #clock: Clock;
  readonly #issued = new WeakMap<object, { grant: G; untilMs: number; used: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(target: string, grant: G): Permit {
    const permit = Object.freeze({ target });
    const untilMs = this.#clock.monotonicMs() + lifeMs;
    this.#issued.set(permit, { grant, untilMs, used: false });
    return permit as unknown as Permit;
  }

  /** Takes a permit for good, whatever comes of it. */
  redeem(permit: unknown, target: string): Redemption<G> {
    const issued =
      typeof permit === "object" && permit !== null ? this.#issued.get(permit) : undefined;
    if (issued === undefined) return { kind: "refused", detail: "is none of this enforcer" };
    const { grant, untilMs, used } = issued;
    issued.used = true;
    if (used) return { kind: "refused", grant, detail: "was used already; each run needs its own" };
    if (this.#clock.monotonicMs() >= untilMs) {
      return { kind: "refused", grant, detail: "has expired; authorize again" };
    }
    if ((permit as Permit).target !== target) {
      return { kind: "refused", grant, detail: "is for another tool" };
    }
    return { kind: "redeemed", grant };
  }
}
