import type { JsonObject } from "@scopeward/core";
import type { AuditEntry, AuditLog } from "../audit-log.ts";
import type { Clock } from "../clock.ts";
import { within } from "./deadline.ts";
import { decisionId } from "./decision-id.ts";

const minuteMs = 60_000;

/** What the Enforcer writes down, and what it only counts. */
export class Ledger {
  readonly #audit: AuditLog;
  readonly #clock: Clock;
  readonly #tenant: string;
  readonly #deadlineMs: number;
  readonly #junk = new Map<string, number>();
  #junkSince = 0;

  constructor(audit: AuditLog, clock: Clock, tenant: string, deadlineMs: number) {
    this.#audit = audit;
    this.#clock = clock;
    this.#tenant = tenant;
    this.#deadlineMs = deadlineMs;
  }

  /** An id for a decision that is made now. */
  nextId(): string {
    return decisionId(this.#clock.wallMs());
  }

  /** Whether the log has taken the entry. A log that rejects, is late or answers oddly has not. */
  async append(
    type: AuditEntry["type"],
    id: string,
    tenant: string,
    members: JsonObject,
  ): Promise<boolean> {
    const time = new Date(this.#clock.wallMs()).toISOString();
    const waited = await within(this.#deadlineMs, async () => {
      const answer: unknown = await this.#audit.append([{ ...members, id, type, time, tenant }]);
      return (
        typeof answer === "object" &&
        answer !== null &&
        "kind" in answer &&
        answer.kind === "appended"
      );
    });
    return waited.kind === "done" && waited.value;
  }

  /**
   * Counts what names no key that can be believed: a token or permit that anybody can make up. It is
   * told once for each minute, so nobody fills the log by asking.
   */
  async junk(code: string): Promise<void> {
    const now = this.#clock.wallMs();
    if (this.#junk.size > 0 && Math.abs(now - this.#junkSince) >= minuteMs) await this.flush();
    if (this.#junk.size === 0) this.#junkSince = now;
    this.#junk.set(code, (this.#junk.get(code) ?? 0) + 1);
  }

  /** Tells what was counted since the last time. What the log does not take is counted on. */
  async flush(): Promise<void> {
    if (this.#junk.size === 0) return;
    const counts = new Map(this.#junk);
    this.#junk.clear();
    const taken = await this.append("decision", this.nextId(), this.#tenant, {
      event: "callers_rejected",
      effect: "deny",
      since: new Date(this.#junkSince).toISOString(),
      counts: Object.fromEntries(counts),
    });
    if (taken) return;
    for (const [code, count] of counts) this.#junk.set(code, (this.#junk.get(code) ?? 0) + count);
  }
}
