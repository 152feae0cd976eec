import type {
  ApprovalChange,
  ApprovalChannel,
  ApprovalRecord,
  ApprovalStatus,
} from "@scopeward/sdk";
import type { ApprovalStorage } from "./approval-table.ts";
import { isApprovalId, parseAnswer, parseRequest, plainCopy, timeMs } from "./record-shape.ts";

const dayMs = 86_400_000;
const mostListed = 1_000;

/** The rules of the port ApprovalChannel over whatever keeps the records. */
export function approvalQueue(storage: ApprovalStorage): ApprovalChannel {
  /** One step of a record's life, from one status only. */
  function change(
    id: string,
    now: string,
    from: ApprovalStatus,
    step: (record: ApprovalRecord) => ApprovalRecord,
  ): Promise<ApprovalChange> {
    const nowMs = timeMs(now);
    return storage.write((table) => {
      const record = isApprovalId(id) ? table.find(id) : undefined;
      if (record === undefined) return { kind: "unknown" };
      const { status } = asOf(record, nowMs);
      if (status !== from) return { kind: "conflict", status };
      const changed = step(record);
      table.update(changed);
      return { kind: "changed", record: asOf(changed, nowMs) };
    });
  }

  return {
    async create(request, now, maxPendingPerKey) {
      const nowMs = timeMs(now);
      const asked = parseRequest(plainCopy(request));
      if (!Number.isSafeInteger(maxPendingPerKey) || maxPendingPerKey < 1) {
        throw new RangeError("a key may have one pending approval or more");
      }
      return await storage.write((table) => {
        // Also here: a queue whose owner never calls `expire` must not grow without end.
        table.forget(nowMs - dayMs);
        const existing = table.findBinding(asked.binding, nowMs);
        if (existing !== undefined) return { kind: "existing", record: asOf(existing, nowMs) };
        if (table.find(asked.id) !== undefined) {
          throw new TypeError("the id of a new approval is that of another; make one at random");
        }
        if (table.countPending(asked.tenant, asked.keyId, nowMs) >= maxPendingPerKey) {
          return { kind: "full" };
        }
        const record: ApprovalRecord = { ...asked, status: "pending" };
        table.insert(record);
        return { kind: "created", record: asOf(record, nowMs) };
      });
    },

    async get(id, now) {
      const nowMs = timeMs(now);
      return await storage.read((table) => {
        const record = isApprovalId(id) ? table.find(id) : undefined;
        return record === undefined ? undefined : asOf(record, nowMs);
      });
    },

    async list(now, filter = {}) {
      const nowMs = timeMs(now);
      return await storage.read((table) =>
        table.list(filter, nowMs, mostListed).map((record) => asOf(record, nowMs)),
      );
    },

    async answer(id, answer, now) {
      const said = parseAnswer(plainCopy(answer));
      const status = said.verdict === "approve" ? "approved" : "denied";
      return await change(id, now, "pending", (record) => ({ ...record, status, answer: said }));
    },

    async consume(id, now) {
      return await change(id, now, "approved", (record) => ({ ...record, status: "consumed" }));
    },

    async expire(now) {
      const nowMs = timeMs(now);
      return await storage.write((table) => {
        table.forget(nowMs - dayMs);
        return table.markExpired(nowMs);
      });
    },

    close: async () => await storage.close(),
  };
}

/** A record with the status that it has now, frozen through and through. */
function asOf(record: ApprovalRecord, nowMs: number): ApprovalRecord {
  const isOpen = record.status === "pending" || record.status === "approved";
  const isOver = isOpen && timeMs(record.expiresAt) <= nowMs;
  return frozen(isOver ? { ...record, status: "expired" } : { ...record });
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
