import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import {
  assertAllowed,
  assertDenied,
  assertRejected,
  assertSameEnd,
  only,
} from "./expectations.ts";
import type { CallReport } from "./harness.ts";
import { recordedTool } from "./recorded-tool.ts";
import type { RecordedToolOptions } from "./recorded-tool.ts";
import { allow, deny } from "./scripted-policy.ts";
import type { World } from "./world.ts";

const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
const usual = ["conformance:use"];

/** What becomes of one allowed call without the adapter, and with it. */
async function withoutAndWith(
  world: World,
  body: NonNullable<RecordedToolOptions["body"]>,
  controller?: () => AbortController,
): Promise<readonly [bare: CallReport, guarded: CallReport]> {
  world.load({ write_note: () => allow() });
  const caller = world.keys.issue("ada", usual);
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

/** A guarded tool behaves as it did, for whom it is guarded for, as of now. */
export const runningCases: readonly AdapterCase[] = [
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

  adapterCase("calls at the same time do not mix their principals", {}, async (world) => {
    const tool = recordedTool("write_note", {
      body: async ({ text }) => {
        await delay(text === "ada" ? 4 : 1);
        return { mine: world.enforcer.currentPrincipal()?.subject.id };
      },
    });
    world.load({
      write_note: ({ phase, args, subject }) =>
        phase === "list" || args?.["text"] === subject.id ? allow() : deny("mixed"),
    });
    const session = await world.open({ tools: [tool] });
    const [ada, bob] = [world.keys.issue("ada", usual), world.keys.issue("bob", usual)];
    await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const [text, caller] = index % 2 === 0 ? ["ada", ada] : ["bob", bob];
        const own = { tool: "write_note", args: { text }, callId: `call-${index}` };
        assertAllowed(only(await session.call({ caller }, [own])), text);
      }),
    );
    assert.equal(tool.runs.length, 8);
  }),

  adapterCase(
    "a sub-agent may do no more than it was left",
    { needs: ["sub_agent"] },
    async (world) => {
      const [read, write] = [recordedTool("search_notes"), recordedTool("write_note")];
      world.load({
        search_notes: ({ key }) =>
          key.scopes.includes("notes:read") ? allow() : deny("scope:missing"),
        write_note: ({ key }) =>
          key.scopes.includes("notes:write") ? allow() : deny("scope:missing"),
      });
      const session = await world.open({ tools: [read, write] });
      const caller = world.keys.issue("ada", ["conformance:use", "notes:read", "notes:write"]);
      const actor = { type: "agent", id: "researcher" };
      const turn = { caller, subAgent: { scopes: ["conformance:use", "notes:read"], actor } };
      const reading = { ...call, tool: "search_notes" };
      assertAllowed(only(await session.call(turn, [reading])));
      const request = world.policy.requests.findLast(({ phase }) => phase === "call");
      assert.deepEqual(request?.actors?.at(-1), actor, "policy sees the sub-agent");
      const writing = { ...call, callId: "call-2" };
      assertDenied(only(await session.call(turn, [writing])), "scope:missing");
      assert.deepEqual(write.runs, []);
      assertAllowed(only(await session.call({ caller }, [{ ...call, callId: "call-3" }])));
    },
  ),

  adapterCase(
    "a policy that is reloaded between list and call decides",
    { needs: ["list"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({ write_note: () => allow() });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", usual);
      assert.deepEqual(await session.offered({ caller }), ["write_note"]);
      world.load({ write_note: () => deny("notes_closed") });
      assertDenied(only(await session.call({ caller }, [call])), "notes_closed");
      assert.deepEqual(tool.runs, []);
      assert.deepEqual(await session.offered({ caller }), []);
      world.load({ write_note: () => allow() });
      assert.deepEqual(await session.offered({ caller }), ["write_note"]);
    },
  ),

  adapterCase(
    "a key that is revoked between list and call ends",
    { needs: ["list"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({ write_note: () => allow() });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", usual);
      assert.deepEqual(await session.offered({ caller }), ["write_note"]);
      world.keys.revoke(caller);
      assertRejected(only(await session.call({ caller }, [call])), "key:revoked");
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase("a key that is revoked between two calls ends", {}, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", usual);
    assertAllowed(only(await session.call({ caller }, [call])));
    world.keys.revoke(caller);
    const again = { ...call, callId: "call-2" };
    assertRejected(only(await session.call({ caller }, [again])), "key:revoked");
    assert.equal(tool.runs.length, 1);
  }),
];

async function* lines(): AsyncGenerator<string> {
  for (const line of ["the first line, ", "and ", "the last line"]) {
    await delay(1);
    yield line;
  }
}
