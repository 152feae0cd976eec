import type { KeyEvents, Keys } from "@scopeward/keys";
import { expect, test } from "vitest";
import { noteEvents } from "../../src/cli/keys-notices.ts";
import { recordedOutput } from "../recorded-output.ts";

type Listener = (detail: never) => void;

/** Keys that only tell of events, at once. */
function telling(): {
  readonly keys: Keys;
  readonly emit: <E extends keyof KeyEvents>(event: E, detail: KeyEvents[E]) => void;
} {
  const listeners = new Map<string, Listener>();
  const on = (event: string, listener: Listener): void => void listeners.set(event, listener);
  return {
    keys: { on } as unknown as Keys,
    emit: (event, detail) => listeners.get(event)?.(detail as never),
  };
}

test("what failed behind the answer is said when the keys are closed", () => {
  const { keys, emit } = telling();
  const { output, stderr } = recordedOutput();
  const notices = noteEvents(keys, output);
  emit("background-failed", { task: "last uses", reason: "the disk is full" });
  expect(stderr()).toBe("");
  notices.close();
  expect(stderr()).toContain("last uses: the disk is full");
});

test("a reason that the command gives itself is not said again", () => {
  const { keys, emit } = telling();
  const { output, stderr } = recordedOutput();
  const notices = noteEvents(keys, output);
  emit("background-failed", { task: "audit log", reason: "the store is down" });
  emit("background-failed", { task: "last uses", reason: "the disk is full" });
  notices.told("the keys cannot be used: the store is down");
  notices.close();
  expect(stderr()).not.toContain("the store is down");
  expect(stderr()).toContain("the disk is full");
});

test("an old token and a store that was put back are told at once", () => {
  const { keys, emit } = telling();
  const { output, stderr } = recordedOutput();
  noteEvents(keys, output);
  emit("retiring-secret-used", { keyId: "000000000001", endsAt: "2026-06-01T00:00:00Z" });
  emit("store-rolled-back", { storeSequence: 1, auditSequence: 2 });
  expect(stderr()).toContain("000000000001");
  expect(stderr()).toContain("scopeward keys lint");
});
