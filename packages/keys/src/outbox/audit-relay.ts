import type { Clock } from "@scopeward/sdk";
import type { KeysContext } from "../keys-context.ts";
import { type CommittedEntry, relayedEntry, tenantOfEntry } from "./audit-entry.ts";
import { compareWithLog } from "./store-history.ts";

/** Brings the entries of committed changes from the store into the audit log. */
export interface AuditRelay {
  /** Random id of the store, which each entry begins with. */
  storeId(): Promise<string>;
  /** Begins to look for entries that were left behind; idempotent, and does not wait. */
  start(): void;
  /**
   * Takes entries that were just committed to the log.
   * @returns whether it has them. Where it has not, they stay in the store and are tried again. Never
   *   rejects.
   */
  relay(entries: readonly CommittedEntry[]): Promise<boolean>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

type RelayContext = Pick<KeysContext, "tenant" | "store" | "audit" | "clock" | "emit">;

interface Waiting {
  readonly entry: CommittedEntry;
  readonly done: (appended: boolean) => void;
}

const sweepEveryMs = 30_000;
// Younger entries are on their way by the process that committed them.
const leftBehindMs = 10_000;
const appendWithinMs = 10_000;
const pageSize = 500;
// How far a tenant looks behind the entries that others left and that are theirs to take.
const longestPage = 32_000;

/** Makes a relay. Does no I/O until it is started or given an entry. */
export function openAuditRelay(context: RelayContext): AuditRelay {
  return new Relay(context);
}

class Relay implements AuditRelay {
  readonly #context: RelayContext;
  #storeId: Promise<string> | undefined;
  #waiting: Waiting[] = [];
  #appended: number[] = [];
  #appending: Promise<void> | undefined;
  #settling: Promise<void> | undefined;
  #sweeping: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isSettleBroken = false;
  #comparedWithLog = false;
  #closed = false;

  constructor(context: RelayContext) {
    this.#context = context;
  }

  async storeId(): Promise<string> {
    this.#storeId ??= this.#context.store.storeId();
    try {
      return await this.#storeId;
    } catch (error) {
      this.#storeId = undefined;
      throw error;
    }
  }

  start(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setInterval(() => this.#sweep(), sweepEveryMs);
    this.#timer.unref();
    this.#sweep();
  }

  async relay(entries: readonly CommittedEntry[]): Promise<boolean> {
    if (entries.length === 0) return true;
    const answers = entries.map(
      (entry) =>
        new Promise<boolean>((resolve) => {
          this.#waiting.push({ entry, done: resolve });
        }),
    );
    // One batch at a time: what is committed meanwhile goes together in the next one.
    this.#appending ??= this.#appendWaiting();
    return (await Promise.all(answers)).every(Boolean);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#sweeping;
    await this.#appending;
    await this.#settling;
  }

  async #appendWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const appended = await this.#append(batch.map(({ entry }) => entry));
      for (const { done } of batch) done(appended);
    }
    this.#appending = undefined;
  }

  /** Whether the log has the entries now. */
  async #append(entries: readonly CommittedEntry[]): Promise<boolean> {
    const { audit, clock, tenant } = this.#context;
    const failure = await this.#failureOf("audit log", async () => {
      const relay = {
        storeId: await this.storeId(),
        tenant,
        time: new Date(clock.wallMs()).toISOString(),
      };
      const answer = await within(
        appendWithinMs,
        audit.append(entries.map((entry) => relayedEntry(entry, relay))),
      );
      if (answer.kind === "unavailable") throw new Error(answer.reason);
    });
    if (failure) return false;
    this.#appended.push(...entries.map(({ sequence }) => sequence));
    // Nobody waits for it: an entry that is not settled is relayed once more, and known by its id.
    this.#settling ??= this.#settleAppended();
    return true;
  }

  async #settleAppended(): Promise<void> {
    while (this.#appended.length > 0) {
      const sequences = this.#appended;
      this.#appended = [];
      this.#isSettleBroken = await this.#failureOf("outbox", async () => {
        await this.#context.store.settle(sequences);
      });
    }
    this.#settling = undefined;
  }

  #sweep(): void {
    this.#sweeping ??= this.#sweepOnce().finally(() => {
      this.#sweeping = undefined;
    });
  }

  async #sweepOnce(): Promise<void> {
    await this.#failureOf("audit log", async () => {
      await this.#compareWithLog();
      let size = pageSize;
      while (size <= longestPage && !this.#closed) size = await this.#sweepPage(size);
    });
  }

  /** @returns how many entries to look at next, without end when there is no more to be done. */
  async #sweepPage(size: number): Promise<number> {
    const { clock, store } = this.#context;
    const page = await store.pending(size);
    const left = page.filter(({ at, entry }) => isLeftBehind(at, clock) && this.#isOurs(entry));
    if (left.length > 0) {
      if (!(await this.#append(left.slice(0, pageSize)))) return Infinity;
      // Settled before the next page is read, which would be the same one otherwise.
      await this.#settling;
      if (this.#isSettleBroken) return Infinity;
    }
    if (page.length < size && left.length <= pageSize) return Infinity;
    return left.length > 0 ? size : 2 * size;
  }

  // Tenants share a store, and each has its own log. What is no entry is nobody's.
  #isOurs(entry: string): boolean {
    const tenant = tenantOfEntry(entry);
    return tenant === undefined || tenant === this.#context.tenant;
  }

  // The log first: whatever it has by then was committed before, so an intact store is not behind it.
  async #compareWithLog(): Promise<void> {
    if (this.#comparedWithLog) return;
    const { store, audit, emit } = this.#context;
    const found = await compareWithLog(await this.storeId(), { store, audit });
    this.#comparedWithLog = found.kind !== "unknown";
    if (found.kind !== "behind") return;
    const { storeSequence, auditSequence } = found;
    emit("store-rolled-back", { storeSequence, auditSequence });
  }

  /** Whether a task failed; the operator is told. */
  async #failureOf(task: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return false;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#context.emit("background-failed", { task, reason });
      return true;
    }
  }
}

// Apart by more than the limit in either direction: the clock of either side may have been stepped.
function isLeftBehind(at: string, clock: Clock): boolean {
  return !(Math.abs(clock.wallMs() - Date.parse(at)) <= leftBehindMs);
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error("the audit log did not answer in time")),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
