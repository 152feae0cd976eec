import type { Clock } from "../clock.ts";
import type { Permit } from "./authorization.ts";

const lifeMs = 30_000;

/** What came of showing a permit. */
export type Redemption<G> =
  | { readonly kind: "redeemed"; readonly grant: G }
  /** `grant` is there where the permit was a real one once. */
  | { readonly kind: "refused"; readonly grant?: G; readonly detail: string };

/** What a permit stands for; only the book that made it can read that. */
interface Issued {
  readonly book: object;
  readonly grant: unknown;
  readonly untilMs: number;
  isUsed: boolean;
}

// Nobody else has it, so nobody else can call the constructor that each permit leads to.
const maker = Symbol("maker of permits");
let issuedOf: (value: unknown) => Issued | undefined;

/** A private member is the mark of a genuine permit: literals, copies and proxies do not have it. */
class IssuedPermit {
  readonly target: string;
  readonly #issued: Issued;

  constructor(mark: symbol, target: string, issued: Issued) {
    if (mark !== maker) throw new TypeError("a permit is made by `authorize` alone");
    this.target = target;
    this.#issued = issued;
    Object.freeze(this);
  }

  static {
    issuedOf = (value) =>
      typeof value === "object" && value !== null && #issued in value ? value.#issued : undefined;
  }
}

/** The permits of one Enforcer: neither a copy nor anything from elsewhere opens anything. */
export class PermitBook<G extends object> {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(target: string, grant: G): Permit {
    const untilMs = this.#clock.monotonicMs() + lifeMs;
    const issued = { book: this, grant, untilMs, isUsed: false };
    return new IssuedPermit(maker, target, issued) as unknown as Permit;
  }

  /** Takes a permit for good, whatever comes of it. */
  redeem(permit: unknown, target: string): Redemption<G> {
    const issued = issuedOf(permit);
    if (issued?.book !== this) return { kind: "refused", detail: "is none of this enforcer" };
    const grant = issued.grant as G;
    if (issued.isUsed) {
      return { kind: "refused", grant, detail: "was used already; each run needs its own" };
    }
    issued.isUsed = true;
    if (this.#clock.monotonicMs() >= issued.untilMs) {
      return { kind: "refused", grant, detail: "has expired; authorize again" };
    }
    if ((permit as Permit).target !== target) {
      return { kind: "refused", grant, detail: "is for another tool" };
    }
    return { kind: "redeemed", grant };
  }
}
