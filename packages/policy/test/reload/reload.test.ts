import { setTimeout as sleep } from "node:timers/promises";
import type { Problem } from "@scopeward/core";
import { expect, onTestFinished, test } from "vitest";
import { watchPath } from "../../src/reload/path-watch.ts";
import { startReload } from "../../src/reload/reload.ts";
import type { Reload } from "../../src/reload/reload.ts";
import type { Loaded, Snapshot } from "../../src/reload/reload-source.ts";
import { temporaryFolder, until } from "./watched-folder.ts";

/** A source in memory, below a watched folder that never changes: only the poll tells. */
interface Memory {
  snapshot: Snapshot<string>;
  stamp: string;
  load: (content: string) => Promise<Loaded<string>>;
  readonly heard: unknown[];
  readonly discarded: string[];
  readonly reload: Reload;
}

function read(content: string): Snapshot<string> {
  return { kind: "read", content, digest: content };
}

const missing: Problem = { severity: "error", code: "file_unreadable", message: "missing" };

async function watchMemory(load: Memory["load"]): Promise<Memory> {
  const heard: unknown[] = [];
  const discarded: string[] = [];
  const state = { snapshot: read("first"), stamp: "1", load };
  const stamp = (): Promise<string> => Promise.resolve(state.stamp);
  const path = await temporaryFolder();
  const reload = startReload<string, string>(
    {
      name: "memory",
      stamp,
      watch: (hint, pollMs) => watchPath({ path, concerns: () => true, stamp }, hint, pollMs),
      read: () => Promise.resolve(state.snapshot),
      load: (content) => state.load(content),
      discard: (value) => discarded.push(value),
    },
    "first",
    {
      loaded: (value) => heard.push(value),
      refused: (problems) => heard.push(problems.map(({ code }) => code)),
    },
    { settleMs: 10, pollMs: 20 },
  );
  onTestFinished(() => reload.close());
  await reload.ready;
  return Object.assign(state, { heard, discarded, reload });
}

const loadAll = (content: string): Promise<Loaded<string>> =>
  Promise.resolve({ kind: "loaded", value: content });

test("a change without an event of the file system is found by its stamp", async () => {
  const memory = await watchMemory(loadAll);
  memory.snapshot = read("second");
  memory.stamp = "2";
  await until(() => memory.heard.length > 0, "the change was noticed");
  expect(memory.heard).toEqual(["second"]);
});

test("a load that rejects is a failure with a code, and is tried again at the next touch", async () => {
  const memory = await watchMemory(() => Promise.reject(new Error("worker ended")));
  memory.snapshot = read("second");
  memory.stamp = "2";
  await until(() => memory.heard.length === 1, "the failure was told");
  expect(memory.heard).toEqual([["load_failed"]]);
  memory.load = loadAll;
  memory.stamp = "3";
  await until(() => memory.heard.length === 2, "the load was tried again");
  expect(memory.heard[1]).toBe("second");
});

test("what could not be read is read again without a change, and told only once", async () => {
  const memory = await watchMemory(loadAll);
  memory.snapshot = { kind: "unreadable", problems: [missing] };
  memory.stamp = "2";
  await until(() => memory.heard.length === 1, "the failure was told");
  await sleep(100);
  memory.snapshot = read("second");
  await until(() => memory.heard.length === 2, "it was read again");
  expect(memory.heard).toEqual([["file_unreadable"], "second"]);
});

test("close waits for the load that runs, frees its value, and nobody hears of it", async () => {
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const memory = await watchMemory(async (content) => {
    begun.resolve();
    await finish.promise;
    return { kind: "loaded", value: content };
  });
  memory.snapshot = read("second");
  memory.stamp = "2";
  await begun.promise;
  const closing = memory.reload.close();
  expect(await Promise.race([closing.then(() => "closed"), sleep(50, "waits")])).toBe("waits");
  finish.resolve();
  await closing;
  expect(memory.discarded).toEqual(["second"]);
  expect(memory.heard).toEqual([]);
});

test("after close a change is not noticed, and closing twice is fine", async () => {
  const memory = await watchMemory(loadAll);
  await memory.reload.close();
  await memory.reload.close();
  memory.snapshot = read("second");
  memory.stamp = "2";
  await sleep(100);
  expect(memory.heard).toEqual([]);
});

test("ready resolves for a watch that is closed at once", async () => {
  const path = await temporaryFolder();
  const stamp = (): Promise<string> => Promise.resolve(path);
  const reload = startReload<string, string>(
    {
      name: "memory",
      stamp,
      watch: (hint, pollMs) => watchPath({ path, concerns: () => true, stamp }, hint, pollMs),
      read: () => Promise.resolve(read("first")),
      load: loadAll,
      discard: () => undefined,
    },
    "first",
    { loaded: () => undefined, refused: () => undefined },
  );
  await reload.close();
  await expect(reload.ready).resolves.toBeUndefined();
});
