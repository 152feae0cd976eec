import type { KeysContext } from "../keys-context.ts";
import { type Availability, faultReason } from "./availability.ts";
import type { KeyCache } from "./key-cache.ts";

const pollEveryMs = 1_000;
/** A sequence number that no store reaches: asked for what changed after it, a store says where it is. */
const beyondAll = Number.MAX_SAFE_INTEGER;

/** What a node knows of the changes in its store. */
export type Knowledge =
  /** Everything that was committed before `asOfMs` (monotonic). */
  | { readonly kind: "known"; readonly asOfMs: number }
  /** Nothing yet, or the store must not be used. */
  | { readonly kind: "unavailable"; readonly reason: string };

/**
 * Keeps a cache in step with a store: asks each second what was changed, and at once when the store
 * hints at it. How old the knowledge is counts from the start of the last poll that succeeded.
 */
export class Poller {
  readonly #context: Pick<KeysContext, "store" | "clock" | "emit">;
  readonly #cache: KeyCache;
  readonly #availability: Availability;
  #knowledge: Knowledge | undefined;
  #sequence: number | undefined;
  #polling: Promise<void> | undefined;
  #isHinted = false;
  #timer: NodeJS.Timeout | undefined;
  #listening: Promise<(() => Promise<void>) | undefined> | undefined;
  #hasToldNoHints = false;
  #isClosed = false;

  constructor(
    context: Pick<KeysContext, "store" | "clock" | "emit">,
    cache: KeyCache,
    availability: Availability,
  ) {
    this.#context = context;
    this.#cache = cache;
    this.#availability = availability;
  }

  /** Undefined before the first poll is over. */
  get knowledge(): Knowledge | undefined {
    return this.#knowledge;
  }

  /** Starts to poll, once; resolves after the first poll, whatever came of it. */
  async start(): Promise<void> {
    if (this.#timer === undefined && !this.#isClosed) {
      this.#timer = setInterval(() => void this.poll(), pollEveryMs);
      this.#timer.unref();
    }
    await this.poll();
  }

  /** Never rejects. Calls during a poll share it. */
  poll(): Promise<void> {
    this.#polling ??= this.#pollOnce().finally(() => {
      this.#polling = undefined;
      if (this.#isHinted) this.#hint();
    });
    return this.#polling;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#isHinted = false;
    await this.#polling;
    const stop = await this.#listening;
    await stop?.().catch(ignore);
  }

  async #pollOnce(): Promise<void> {
    if (this.#isClosed) return;
    this.#isHinted = false;
    const startMs = this.#context.clock.monotonicMs();
    try {
      const health = await this.#context.store.health();
      if (health.kind === "refused") {
        this.#refuse(health.reason);
        return;
      }
      const before = this.#sequence;
      const changes = await this.#context.store.changesSince(before ?? beyondAll);
      // A head that went back is a store that was put back, whatever it says.
      if (before === undefined || changes.kind === "unknown" || changes.head < before) {
        this.#cache.clear();
      } else if (changes.ids.length > 0) {
        this.#cache.drop(changes.ids);
      }
      this.#sequence = changes.head;
      this.#knowledge = { kind: "known", asOfMs: startMs };
      this.#availability.up();
      this.#listening ??= this.#listen();
    } catch (fault) {
      this.#fail(faultReason(fault));
    }
  }

  // What was known stays known, until it is too old. Without a first answer there is nothing to keep.
  #fail(reason: string): void {
    this.#availability.down(reason);
    if (this.#knowledge?.kind !== "known") this.#knowledge = { kind: "unavailable", reason };
  }

  // It may have lost what it acknowledged: nothing that it said before holds.
  #refuse(reason: string): void {
    this.#availability.down(reason);
    this.#knowledge = { kind: "unavailable", reason };
    this.#sequence = undefined;
    this.#cache.clear();
  }

  // Hints that come during a poll lead to one more after it: the change may be later than its answer.
  #hint(): void {
    if (this.#isClosed) return;
    this.#isHinted = true;
    if (this.#polling === undefined) void this.poll();
  }

  // Without hints a change is seen with the next poll, so this is tried after each, and told once.
  async #listen(): Promise<(() => Promise<void>) | undefined> {
    try {
      const stop = await this.#context.store.listen?.(() => this.#hint());
      this.#hasToldNoHints = false;
      return stop;
    } catch (fault) {
      this.#listening = undefined;
      if (this.#hasToldNoHints) return undefined;
      this.#hasToldNoHints = true;
      this.#context.emit("background-failed", { task: "hints", reason: faultReason(fault) });
      return undefined;
    }
  }
}

function ignore(): void {}
