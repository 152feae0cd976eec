import { describe, expect, it } from "vitest";
import { KeyStoreError, type KeyStore } from "../../src/store/key-store.ts";
import { LastUses } from "../../src/verification/last-uses.ts";
import { MemoryDatabase, memoryKeyStore } from "../store/memory-store.ts";

type Touched = Parameters<KeyStore["touch"]>[0];

interface Stage {
  readonly uses: LastUses;
  readonly touched: readonly Touched[];
  readonly events: readonly unknown[];
  failure: KeyStoreError | undefined;
}

function open(): Stage {
  const [touched, events]: [Touched[], unknown[]] = [[], []];
  const touch: KeyStore["touch"] = (batch) => {
    if (stage.failure !== undefined) return Promise.reject(stage.failure);
    touched.push(batch);
    return Promise.resolve();
  };
  const store = { ...memoryKeyStore(new MemoryDatabase()), touch };
  const uses = new LastUses({ store, emit: (...event) => void events.push(event) });
  const stage: Stage = { uses, touched, events, failure: undefined };
  return stage;
}

const timeMs = Date.parse("2026-01-31T12:00:00Z");

describe("last uses", () => {
  it("are written once for each key, with the latest time", async () => {
    const { uses, touched } = open();
    uses.note("a", timeMs);
    uses.note("b", timeMs);
    uses.note("a", timeMs + 1);
    await uses.flush();
    await uses.flush();
    expect(touched).toEqual([
      [
        { id: "a", at: "2026-01-31T12:00:00.001Z" },
        { id: "b", at: "2026-01-31T12:00:00.000Z" },
      ],
    ]);
  });

  it("that could not be written are kept, told, and give way to later ones", async () => {
    const stage = open();
    stage.failure = new KeyStoreError("not_writable", "the disk is full");
    stage.uses.note("a", timeMs);
    stage.uses.note("b", timeMs);
    const flushed = stage.uses.flush();
    stage.uses.note("a", timeMs + 1);
    await flushed;
    stage.failure = undefined;
    await stage.uses.flush();
    expect(stage.touched.flat().toSorted((one, other) => (one.id < other.id ? -1 : 1))).toEqual([
      { id: "a", at: "2026-01-31T12:00:00.001Z" },
      { id: "b", at: "2026-01-31T12:00:00.000Z" },
    ]);
    expect(stage.events).toEqual([
      ["background-failed", { task: "last uses", reason: "the disk is full" }],
    ]);
  });

  it("are written a thousand at a time", async () => {
    const { uses, touched } = open();
    for (let index = 0; index < 2_500; index++) uses.note(`key ${index}`, timeMs);
    await uses.flush();
    expect(touched.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  });
});
