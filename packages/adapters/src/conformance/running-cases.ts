import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import {
  assertAllowed,
  assertDenied,
  assertNowhere,
  assertRejected,
  only,
} from "./expectations.ts";
import { kept, recordedTool } from "./recorded-tool.ts";
import { allow, deny } from "./scripted-policy.ts";

const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
const usual = ["conformance:use"];

/** Each call is for whoever makes it, as of now. */
export const runningCases: readonly AdapterCase[] = [
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

  adapterCase("nobody is taken for who called before", {}, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", usual);
    assertAllowed(only(await session.call({ caller }, [call])));
    const again = { ...call, callId: "call-2" };
    assertNowhere(only(await session.call({ caller: undefined }, [again])), kept);
    assert.equal(tool.runs.length, 1);
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

  adapterCase("a policy that is reloaded between two calls decides", {}, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", usual);
    assertAllowed(only(await session.call({ caller }, [call])));
    world.load({ write_note: () => deny("notes_closed") });
    const again = { ...call, callId: "call-2" };
    assertDenied(only(await session.call({ caller }, [again])), "notes_closed");
    assert.equal(tool.runs.length, 1);
  }),

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
