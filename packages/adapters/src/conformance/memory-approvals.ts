import type {
  ApprovalAnswer,
  ApprovalChange,
  ApprovalChannel,
  ApprovalCreated,
  ApprovalFilter,
  ApprovalRecord,
  ApprovalRequest,
  ApprovalStatus,
} from "@scopeward/sdk";
import { answerUnless } from "./port-fault.ts";
import type { BrokenPorts } from "./port-fault.ts";

/** An approval channel of one case, which the case can break. It asks nobody by itself. */
export class MemoryApprovals implements ApprovalChannel {
  readonly #records = new Map<string, ApprovalRecord>();
  readonly #broken: BrokenPorts;

  constructor(broken: BrokenPorts) {
    this.#broken = broken;
  }

  create(request: ApprovalRequest, now: string, maxPending: number): Promise<ApprovalCreated> {
    return this.#answer(() => {
      const all = this.#all(now);
      const existing = all.find(
        ({ binding, status }) =>
          binding === request.binding && !["consumed", "expired"].includes(status),
      );
      if (existing !== undefined) return { kind: "existing", record: existing };
      const pending = all.filter(
        ({ tenant, keyId, status }) =>
          status === "pending" && tenant === request.tenant && keyId === request.keyId,
      );
      if (pending.length >= maxPending) return { kind: "full" };
      const record: ApprovalRecord = { ...request, status: "pending" };
      this.#records.set(record.id, record);
      return { kind: "created", record };
    });
  }

  get(id: string, now: string): Promise<ApprovalRecord | undefined> {
    return this.#answer(() => this.#all(now).find((record) => record.id === id));
  }

  list(now: string, filter: ApprovalFilter = {}): Promise<readonly ApprovalRecord[]> {
    return this.#answer(() =>
      this.#all(now).filter(
        ({ tenant, status, keyId }) =>
          tenant === (filter.tenant ?? tenant) &&
          status === (filter.status ?? status) &&
          keyId === (filter.keyId ?? keyId),
      ),
    );
  }

  answer(id: string, answer: ApprovalAnswer, now: string): Promise<ApprovalChange> {
    const status = answer.verdict === "approve" ? "approved" : "denied";
    return this.#change(id, now, "pending", { status, answer });
  }

  consume(id: string, now: string): Promise<ApprovalChange> {
    return this.#change(id, now, "approved", { status: "consumed" });
  }

  expire(): Promise<number> {
    return this.#answer(() => 0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #change(
    id: string,
    now: string,
    from: ApprovalStatus,
    change: Partial<ApprovalRecord>,
  ): Promise<ApprovalChange> {
    return this.#answer(() => {
      const record = this.#all(now).find((each) => each.id === id);
      if (record === undefined) return { kind: "unknown" };
      if (record.status !== from) return { kind: "conflict", status: record.status };
      const changed = { ...record, ...change };
      this.#records.set(id, changed);
      return { kind: "changed", record: changed };
    });
  }

  #all(now: string): ApprovalRecord[] {
    return [...this.#records.values()].map((record) =>
      ["pending", "approved"].includes(record.status) && record.expiresAt <= now
        ? { ...record, status: "expired" }
        : record,
    );
  }

  #answer<T>(answer: () => T): Promise<T> {
    return answerUnless(this.#broken.approvals, answer);
  }
}
