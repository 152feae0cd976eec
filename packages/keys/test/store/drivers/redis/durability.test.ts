import { describe, expect, test } from "vitest";
import { lossReason } from "../../../../src/store/drivers/redis/durability.ts";

const settings = {
  appendonly: "yes",
  appendfsync: "always",
  "no-appendfsync-on-rewrite": "no",
  "maxmemory-policy": "noeviction",
};
const info = {
  role: "master",
  connected_slaves: "0",
  aof_enabled: "1",
  aof_last_write_status: "ok",
  aof_last_bgrewrite_status: "ok",
  aof_rewrite_in_progress: "0",
  aof_rewrite_scheduled: "0",
  aof_base_size: "88",
};

type Changed = Readonly<Record<string, string | undefined>>;

function present(fields: Changed): ReadonlyMap<string, string> {
  const entries = Object.entries(fields);
  return new Map(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function reasonOf(changed: Changed | "unknown", changedInfo: Changed = {}): string | undefined {
  return lossReason({
    settings: changed === "unknown" ? undefined : present({ ...settings, ...changed }),
    info: present({ ...info, ...changedInfo }),
  });
}

test("a server that keeps what it acknowledges is an authority", () => {
  expect(reasonOf({})).toBeUndefined();
  expect(reasonOf({}, { aof_rewrite_in_progress: "1" }), "a usual rewrite").toBeUndefined();
  expect(reasonOf({}, { aof_base_size: "0" }), "an empty file without a preamble").toBeUndefined();
});

describe("a setting that loses writes is named", () => {
  test.for([
    ["appendonly", "no"],
    ["appendfsync", "everysec"],
    ["appendfsync", "no"],
    ["no-appendfsync-on-rewrite", "yes"],
    ["maxmemory-policy", "allkeys-lru"],
    ["maxmemory-policy", "volatile-ttl"],
    ["appendfsync", undefined],
  ] as const)("%s %s", ([name, value]) => {
    expect(reasonOf({ [name]: value })).toContain(name);
  });
});

describe("a state that loses writes is named", () => {
  test.for([
    ["role", "slave"],
    ["connected_slaves", "1"],
    ["aof_enabled", "0"],
    ["aof_last_write_status", "err"],
    ["role", undefined],
    ["connected_slaves", undefined],
    ["aof_last_write_status", undefined],
  ] as const)("%s %s", ([name, value]) => {
    expect(reasonOf({}, { [name]: value })).toContain(name);
  });
});

describe("an append-only file that was just switched on counts when it is whole", () => {
  test.for([
    ["aof_rewrite_in_progress", "1"],
    ["aof_rewrite_scheduled", "1"],
    ["aof_last_bgrewrite_status", "err"],
  ] as const)("%s %s", ([name, value]) => {
    expect(reasonOf({}, { aof_base_size: "0", [name]: value })).toBeDefined();
  });
});

test("a server that does not tell its settings is none", () => {
  expect(reasonOf("unknown")).toContain("CONFIG GET");
});
