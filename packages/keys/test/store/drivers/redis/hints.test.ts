import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Answer } from "../../../../src/store/drivers/redis/connection.ts";
import { Hints, type Subscriber } from "../../../../src/store/drivers/redis/hints.ts";
import { KeyStoreError } from "../../../../src/store/key-store.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class FakeConnection implements Subscriber {
  closed = false;
  answers = true;
  readonly #onLost: () => void;

  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  async subscribe(): Promise<void> {
    if (!this.answers) this.#fail();
  }

  async send(): Promise<Answer> {
    if (!this.answers) this.#fail();
    return { kind: "value", value: "PONG" };
  }

  close(): void {
    this.closed = true;
  }

  #fail(): never {
    this.closed = true;
    this.#onLost();
    throw new KeyStoreError("unavailable", "it does not answer");
  }
}

function hintsOver(isThere: () => boolean): { hints: Hints; opened: FakeConnection[] } {
  const opened: FakeConnection[] = [];
  const open = async (onLost: () => void): Promise<FakeConnection> => {
    if (!isThere()) throw new KeyStoreError("unavailable", "nobody is there");
    const connection = new FakeConnection(onLost);
    opened.push(connection);
    return connection;
  };
  return { hints: new Hints(open, "changes", () => undefined), opened };
}

test("a subscription that nobody answers any more is made anew", async () => {
  const { hints, opened } = hintsOver(() => true);
  await hints.begin();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toHaveLength(1);
  for (const connection of opened) connection.answers = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(opened.map(({ closed }) => closed)).toEqual([true, false]);
  hints.end();
  expect(opened.map(({ closed }) => closed)).toEqual([true, true]);
});

test("a subscription is tried until there is a server, and no more after its end", async () => {
  let isThere = false;
  const { hints, opened } = hintsOver(() => isThere);
  await hints.begin();
  await vi.advanceTimersByTimeAsync(10_000);
  isThere = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(opened).toHaveLength(1);
  hints.end();
  for (const connection of opened) connection.answers = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("what trying again does not mend is told at once", async () => {
  const fault = new KeyStoreError("misconfigured", "it is");
  const hints = new Hints(
    () => Promise.reject(fault),
    "changes",
    () => undefined,
  );
  await expect(hints.begin()).rejects.toBe(fault);
  expect(vi.getTimerCount()).toBe(0);
});
