import { entryOf } from "./entry-line.ts";
import type { LogFile } from "./log-file.ts";

// Enough to know again what a process appends once more after it was killed.
const mostIds = 20_000;
const mostTailBytes = 4 * 1024 * 1024;

/**
 * What one process knows of the end of a file: the ids of the last 20,000 entries, as far as they are
 * in its last 4 MiB, and whether its last line is whole. What is older may be appended once more;
 * readers know it by its id.
 */
export class KnownEnd {
  readonly #ids = new Set<string>();
  /** Where the last line that was read ends. */
  #readTo: number;
  /** As it was last seen, with what was appended since. */
  #size: number;
  #isTorn = false;

  /** @param from - what is before it is not looked at. */
  constructor(from: number) {
    this.#readTo = from;
    this.#size = from - 1;
  }

  /** Whether the last line has no line feed: a process was killed, or is writing, or there was a fault. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Reads what other processes appended. */
  async catchUp(file: LogFile, size: number): Promise<void> {
    if (size === this.#size) {
      if (!this.#isTorn) this.#readTo = size;
      return;
    }
    if (size < this.#size) {
      // Somebody cut the file: nothing of it is known any more.
      this.#ids.clear();
      this.#readTo = 0;
    }
    for await (const { text, end } of file.lines(Math.max(this.#readTo, size - mostTailBytes))) {
      const entry = entryOf(text);
      if (entry !== undefined) this.#add(entry.id);
      this.#readTo = end;
    }
    this.#size = Math.max(size, this.#readTo);
    this.#isTorn = await file.isTornAt(this.#size);
  }

  /** Takes in what this process appended, whole lines, once it is durable. */
  appended(bytes: number, ids: Iterable<string>): void {
    this.#size += bytes;
    this.#isTorn = false;
    for (const id of ids) this.#add(id);
  }

  #add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size <= mostIds) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }
}
