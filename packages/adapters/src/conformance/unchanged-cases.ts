import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import { assertAllowed, assertSameEnd, only } from "./expectations.ts";
import type { CallReport } from "./harness.ts";
import { recordedTool } from "./recorded-tool.ts";
import type { RecordedToolOptions } from "./recorded-tool.ts";
import { allow } from "./scripted-policy.ts";
import type { World } from "./world.ts";

const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };

/** What becomes of one allowed call without the adapter, and with it. */
async function withoutAndWith(
  world: World,
  body: NonNullable<RecordedToolOptions["body"]>,
  controller?: () => AbortController,
): Promise<readonly [bare: CallReport, guarded: CallReport]> {
  world.load({ write_note: () => allow() });
  const caller = world.keys.issue("ada", ["conformance:use"]);
  const tool = recordedTool("write_note", { body });
  const reports: CallReport[] = [];
  for (const open of ["openBare", "open"] as const) {
    const session = await world[open]({ tools: [tool] });
    const signal = controller?.().signal;
    const turn = { caller, ...(signal === undefined ? {} : { signal }) };
    reports.push(only(await session.call(turn, [call])));
  }
  const [bare, guarded] = reports;
  assert(bare !== undefined && guarded !== undefined);
  assert.equal(tool.runs.length, 2, "the tool runs without the adapter, and with it");
  return [bare, guarded];
}

/** What nobody decided to change is as it was without the adapter. */
export const unchangedCases: readonly AdapterCase[] = [
  adapterCase("a result is what it was without the adapter", {}, async (world) => {
    const [bare, guarded] = await withoutAndWith(world, () => ({ note: "as it was", lines: [1] }));
    assertAllowed(guarded, "as it was");
    assertSameEnd(bare, guarded);
  }),

  adapterCase(
    "a result that comes in pieces is what it was without the adapter",
    { needs: ["iterable"] },
    async (world) => {
      const [bare, guarded] = await withoutAndWith(world, () => lines());
      assertAllowed(guarded, "the last line");
      assertSameEnd(bare, guarded);
      assert.deepEqual(world.outcomes("write_note"), ["succeeded"]);
    },
  ),

  adapterCase("an error of a tool is what it was without the adapter", {}, async (world) => {
    const [bare, guarded] = await withoutAndWith(world, () => {
      throw new RangeError("the notebook is full");
    });
    assertSameEnd(bare, guarded);
  }),

  adapterCase("a rejection of a tool is what it was without the adapter", {}, async (world) => {
    const [bare, guarded] = await withoutAndWith(world, async () => {
      await delay(1);
      throw new RangeError("the notebook is full");
    });
    assertSameEnd(bare, guarded);
  }),

  adapterCase(
    "an aborted run ends as it did without the adapter",
    { needs: ["abort"] },
    async (world) => {
      let running = new AbortController();
      const [bare, guarded] = await withoutAndWith(
        world,
        async () => {
          const { signal } = running;
          running.abort();
          await delay(1);
          signal.throwIfAborted();
        },
        () => (running = new AbortController()),
      );
      assertSameEnd(bare, guarded);
      // A framework may end the run before the tool has noticed.
      for (let wait = 0; wait < 100 && world.outcomes("write_note").length === 0; wait++) {
        await delay(10);
      }
      assert.deepEqual(world.outcomes("write_note"), ["aborted"]);
    },
  ),

  adapterCase(
    "the framework's own control-flow signal passes",
    { needs: ["control_flow"] },
    async (world) => {
      const [bare, guarded] = await withoutAndWith(world, (_args, { interrupt }) => {
        assert(interrupt !== undefined, "the harness hands out the framework's signal");
        return interrupt();
      });
      assert.equal(bare.signalled, true, "the framework takes its signal without the adapter");
      assertSameEnd(bare, guarded);
      assert.deepEqual(world.outcomes("write_note"), ["interrupted"]);
    },
  ),
];

async function* lines(): AsyncGenerator<string> {
  for (const line of ["the first line, ", "and ", "the last line"]) {
    await delay(1);
    yield line;
  }
}
