import { setTimeout as delay } from "node:timers/promises";
import { defineObligation } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { allow, Stage } from "./stage.ts";

const call = { token: "token-ada", args: { n: 1 } } as const;

/** Knows whole values only. */
const shout = defineObligation({
  type: "shout",
  phase: "after",
  parameters: { type: "object" },
  transform: (value) => {
    if (typeof value !== "string") throw new TypeError("no text");
    return { value: value.toUpperCase() };
  },
});

function openStage(...types: readonly string[]): Stage {
  const stage = new Stage();
  stage.answer = () => ({ ...allow, obligations: types.map((type) => ({ type })) });
  return stage;
}

async function* pieces(): AsyncGenerator<{ readonly id: number; readonly text: string }> {
  for (const id of [1, 2]) {
    await delay(0);
    yield { id, text: `piece ${id}` };
  }
}

async function streamed(stage: Stage): Promise<readonly unknown[]> {
  const run = await stage.enforcer({ obligations: [shout] }).run(call, {
    name: "ping",
    execute: pieces,
    pieceParts: async (piece, transform) => {
      const { text, ...rest } = piece as { readonly id: number; readonly text: string };
      return { ...rest, text: await transform(text) };
    },
  });
  if (run.kind !== "done") throw new Error(run.kind);
  const all: unknown[] = [];
  for await (const piece of run.result) all.push(piece);
  return all;
}

test("the parts of a streamed piece are transformed where its body says that they are", async () => {
  const stage = openStage("shout");
  expect(await streamed(stage)).toEqual([
    { id: 1, text: "PIECE 1" },
    { id: 2, text: "PIECE 2" },
  ]);
  expect(stage.of("outcome")).toMatchObject([{ status: "succeeded" }]);
});

test("pieces that no duty is about come as they are", async () => {
  expect(await streamed(openStage())).toEqual([
    { id: 1, text: "piece 1" },
    { id: 2, text: "piece 2" },
  ]);
});

test.each([
  [["shout"], true],
  [["audit"], false],
  [[], false],
])("a tool under %j is told whether its result is transformed", async (types, isTransformed) => {
  const seen: unknown[] = [];
  await openStage(...types)
    .enforcer({ obligations: [shout] })
    .run(call, {
      name: "ping",
      execute: (_args, run) => {
        seen.push(run.isTransformed);
        return "done";
      },
    });
  expect(seen).toEqual([isTransformed]);
});

test("the signal of a run that was authorized before counts", async () => {
  const stage = openStage();
  const running = new AbortController();
  const run = stage.enforcer().run(call, {
    name: "ping",
    signal: running.signal,
    execute: (_args, { signal }) => {
      running.abort();
      signal?.throwIfAborted();
    },
  });
  await expect(run).rejects.toMatchObject({ name: "AbortError" });
  expect(stage.of("outcome")).toMatchObject([{ status: "aborted" }]);
});
