import type { AuditAppended, AuditEntry, AuditHealth, AuditLog } from "@scopeward/sdk";
import { answerUnless } from "./port-fault.ts";
import type { BrokenPorts } from "./port-fault.ts";

/** An audit log that a case can read, and break. */
export class MemoryAuditLog implements AuditLog {
  readonly entries: AuditEntry[] = [];
  readonly #broken: BrokenPorts;

  constructor(broken: BrokenPorts) {
    this.#broken = broken;
  }

  append(entries: readonly AuditEntry[]): Promise<AuditAppended> {
    return answerUnless(this.#broken.audit, () => {
      for (const entry of entries) {
        if (this.entries.every(({ id }) => id !== entry.id)) this.entries.push(entry);
      }
      return { kind: "appended", origin: "conformance", durable: true };
    });
  }

  health(): Promise<AuditHealth> {
    return answerUnless(this.#broken.audit, () => ({ kind: "ready" }));
  }

  highestSequence(): Promise<number> {
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
