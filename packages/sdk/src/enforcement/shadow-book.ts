import type { Decision } from "@scopeward/core";
import { isPolicyCode, isRfc3339 } from "@scopeward/core";
import type { Clock } from "../clock.ts";
import type { Ledger } from "./ledger.ts";
import type { Shadow } from "./shadow.ts";

/** A decision as it is enforced, with what a feature in shadow would have had it be. */
export interface ShadowedDecision {
  readonly decision: Decision;
  /** There where shadow changed something. */
  readonly shadowed?: Decision;
}

/** The features in shadow, each written down before it changes anything. */
export class ShadowBook {
  readonly #untilMs: ReadonlyMap<string, number>;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  readonly #tenant: string;
  readonly #announced = new Set<string>();

  /** @throws TypeError for an end that is no time. */
  constructor(shadow: Shadow, ledger: Ledger, clock: Clock, tenant: string) {
    this.#untilMs = new Map(
      Object.entries(shadow).map(([feature, { until }]) => {
        if (!isRfc3339(until)) {
          throw new TypeError(
            `the end of shadow mode of feature \`${feature}\` must be an RFC 3339 time`,
          );
        }
        return [feature, Date.parse(until)];
      }),
    );
    this.#ledger = ledger;
    this.#clock = clock;
    this.#tenant = tenant;
  }

  /** Writes down which features are in shadow. One that the log does not take stays enforced. */
  async announce(): Promise<void> {
    for (const [feature, untilMs] of this.#untilMs) {
      if (this.#announced.has(feature)) continue;
      const taken = await this.#ledger.append("admin", this.#ledger.nextId(), this.#tenant, {
        event: "shadow_started",
        feature,
        until: new Date(untilMs).toISOString(),
      });
      if (taken) this.#announced.add(feature);
    }
  }

  /** @param owners - the features whose rules made the decision; all of them must be in shadow. */
  relaxed(decision: Decision, owners: readonly string[]): ShadowedDecision {
    if (decision.effect === "allow" || owners.length === 0) return { decision };
    if (!owners.every((feature) => this.#isInShadow(feature))) return { decision };
    if (!decision.reasons.every(({ code }) => isPolicyCode(code))) return { decision };
    // Of a question the duties are known and hold; a deny has none.
    return { decision: { ...decision, effect: "allow", reasons: [] }, shadowed: decision };
  }

  #isInShadow(feature: string): boolean {
    const untilMs = this.#untilMs.get(feature);
    return untilMs !== undefined && this.#announced.has(feature) && this.#clock.wallMs() < untilMs;
  }
}
