import { afterAll, describe, expect, test, vi } from "vitest";
import { ReactorSession } from "../../src/reactor/session.ts";

// Outside of the compiler's own thread Node warns of node:wasi, as soon as it is imported.
const listeners = vi.hoisted(() => {
  const before = process.listeners("warning");
  process.removeAllListeners("warning");
  return before;
});
afterAll(() => {
  for (const listener of listeners) process.on("warning", listener);
});

const flat = { op: "format", files: { "flat.rego": "package flat" } };
// Far more than fits on the stack of a thread that was not given a larger one, as this one.
const depth = 20_000;
const nested = {
  op: "format",
  files: { "nested.rego": `package nested\n\nvalue := ${"[".repeat(depth)}${"]".repeat(depth)}\n` },
};

describe("an instance that overflows its stack", () => {
  test("is a crash, and the next request gets another instance", async () => {
    const session = new ReactorSession([]);
    const first = await session.warm();
    await expect(session.call(nested)).rejects.toMatchObject({ code: "crashed" });
    expect(await session.call(flat)).toEqual({
      formatted: { "flat.rego": "package flat\n" },
      problems: [],
    });
    expect(await session.warm()).not.toBe(first);
  });
});

describe("an instance that reports a fault", () => {
  test("is replaced too: nobody knows where it stopped", async () => {
    const session = new ReactorSession([]);
    const first = await session.warm();
    await expect(session.call({ op: "unheard-of" })).rejects.toMatchObject({ code: "failed" });
    expect(await session.warm()).not.toBe(first);
  });
});

describe("an instance that answers", () => {
  test("stays warm", async () => {
    const session = new ReactorSession([]);
    const first = await session.warm();
    await session.call(flat);
    expect(await session.warm()).toBe(first);
  });
});
