import { describe, expect, it } from "vitest";
import { mintToken } from "../../src/token/token.ts";
import { Failures, refuseAfter, tellAfter } from "../../src/verification/failures.ts";
import { ManualClock } from "../manual-clock.ts";
import { openStage } from "./stage.ts";

interface Stage {
  readonly clock: ManualClock;
  readonly failures: Failures;
  readonly events: readonly unknown[];
}

function open(): Stage {
  const clock = new ManualClock();
  const events: unknown[] = [];
  const failures = new Failures({ clock, emit: (...event) => void events.push(event) });
  return { clock, failures, events };
}

const minute = "2026-01-31T12:00:00.000Z";

function repeat(count: number, action: () => void): void {
  for (let index = 0; index < count; index++) action();
}

describe("junk", () => {
  it("is told once for each source, when the minute is over", () => {
    const { clock, failures, events } = open();
    repeat(3, () => failures.junk("10.0.0.1"));
    repeat(2, () => failures.junk(undefined));
    failures.flush();
    expect(events).toEqual([]);
    clock.pass(60_000);
    failures.flush();
    expect(events).toEqual([
      ["junk", { source: "10.0.0.1", count: 3, minute }],
      ["junk", { count: 2, minute }],
    ]);
    failures.flush();
    expect(events).toHaveLength(2);
  });

  it("of the next minute ends the one before", () => {
    const { clock, failures, events } = open();
    failures.junk("10.0.0.1");
    clock.pass(60_000);
    failures.junk("10.0.0.1");
    expect(events).toEqual([["junk", { source: "10.0.0.1", count: 1, minute }]]);
    failures.close();
    expect(events[1]).toMatchObject(["junk", { count: 1, minute: "2026-01-31T12:01:00.000Z" }]);
  });

  it("of very many sources is counted under one name", () => {
    const { failures, events } = open();
    repeat(5_000, () => failures.junk(`source ${Math.random()}`));
    failures.close();
    expect(events).toHaveLength(1_001);
    expect(events.at(-1)).toEqual(["junk", { source: "other", count: 4_000, minute }]);
  });
});

describe("wrong secrets", () => {
  it(`are told after ${tellAfter} within a minute, for each source and key`, () => {
    const { failures, events } = open();
    repeat(tellAfter - 1, () => {
      failures.wrongSecret("key 1", "10.0.0.1");
      failures.wrongSecret("key 1", undefined);
      failures.wrongSecret("key 2", "10.0.0.1");
    });
    expect(events).toEqual([]);
    repeat(5, () => failures.wrongSecret("key 1", "10.0.0.1"));
    failures.wrongSecret("key 2", undefined);
    failures.wrongSecret("key 1", undefined);
    expect(events).toEqual([
      ["wrong-secrets", { keyId: "key 1", count: tellAfter, source: "10.0.0.1" }],
      ["wrong-secrets", { keyId: "key 1", count: tellAfter }],
    ]);
  });

  it("are counted anew each minute", () => {
    const { clock, failures, events } = open();
    repeat(tellAfter - 1, () => failures.wrongSecret("key", "10.0.0.1"));
    clock.pass(60_000);
    repeat(tellAfter - 1, () => failures.wrongSecret("key", "10.0.0.1"));
    expect(events).toEqual([]);
  });

  it("close the key to that address alone, for the rest of the minute", () => {
    const { clock, failures } = open();
    repeat(refuseAfter, () => failures.wrongSecret("key", "10.0.0.1"));
    expect(failures.isRefused("key", "10.0.0.1")).toBe(false);
    failures.wrongSecret("key", "10.0.0.1");
    expect(failures.isRefused("key", "10.0.0.1")).toBe(true);
    expect(failures.isRefused("key", "10.0.0.2")).toBe(false);
    expect(failures.isRefused("other", "10.0.0.1")).toBe(false);
    expect(failures.isRefused("key", undefined)).toBe(false);
    clock.pass(60_000);
    expect(failures.isRefused("key", "10.0.0.1")).toBe(false);
  });

  it("without an address close nothing", () => {
    const { failures } = open();
    repeat(1_000, () => failures.wrongSecret("key", undefined));
    expect(failures.isRefused("key", undefined)).toBe(false);
    expect(failures.isRefused("key", "")).toBe(false);
  });

  it("of very many sources do not fill the memory, and those that are known still count", () => {
    const { failures } = open();
    failures.wrongSecret("key", "10.0.0.1");
    repeat(20_000, () => failures.wrongSecret("key", `source ${Math.random()}`));
    repeat(refuseAfter, () => failures.wrongSecret("key", "10.0.0.1"));
    expect(failures.isRefused("key", "10.0.0.1")).toBe(true);
  });
});

describe("verifying", () => {
  it("refuses a guesser without asking the store, and serves every other address", async () => {
    const stage = await openStage();
    const key = stage.add();
    const wrong = mintToken("int", key.id);
    const address = "10.0.0.1";
    for (let count = 0; count <= refuseAfter; count++) await stage.code(wrong, { address });
    const reads = stage.calls["readChain"];
    expect(await stage.code(wrong, { address })).toBe("key:wrong_secret");
    expect(await stage.code(key.token, { address })).toBe("key:wrong_secret");
    expect(stage.calls["readChain"]).toBe(reads);
    expect(await stage.code(key.token, { address: "10.0.0.2" })).toBe("verified");
    expect(await stage.code(key.token)).toBe("verified");
    expect(stage.events).toEqual([
      ["wrong-secrets", { keyId: key.id, count: tellAfter, source: address }],
    ]);
  });

  it("counts texts that are no tokens together with unknown keys", async () => {
    const stage = await openStage();
    await stage.code("junk");
    await stage.code(mintToken("int", "000000000000"));
    await stage.code(stage.add({ tenant: "other" }).token);
    await stage.pass(60_000);
    expect(stage.events).toEqual([["junk", { count: 3, minute }]]);
  });
});
