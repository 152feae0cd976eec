import assert from "node:assert/strict";
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
import { allow, ask, deny } from "./scripted-policy.ts";

const limited = {
  text: { type: "string" },
  limit: { type: "number", default: 10 },
} as const;

/** What policy says of a call is what happens to it. */
export const decidingCases: readonly AdapterCase[] = [
  adapterCase("an allowed call runs once, with the arguments of the model", {}, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
    const report = only(await session.call({ caller }, [call]));
    assertAllowed(report);
    assert.equal(report.callId, "call-1", "the result is bound to the id of the call");
    assert.deepEqual(tool.runs, [{ text: "hello" }]);
  }),

  adapterCase("policy sees who calls and what with, defaults applied", {}, async (world) => {
    const tool = recordedTool("write_note", { parameters: limited });
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
    assertAllowed(only(await session.call({ caller }, [call])));
    const request = world.policy.requests.findLast(({ phase }) => phase === "call");
    assert.deepEqual(request?.subject.id, "ada");
    assert.deepEqual(request.action, { type: "tool", name: "write_note" });
    assert.deepEqual(request.args, { text: "hello", limit: 10 });
    assert.deepEqual(tool.runs, [{ text: "hello", limit: 10 }]);
  }),

  adapterCase(
    "a deny is a result that the model reads, with its codes and messages",
    {},
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({ write_note: () => deny("notes_closed", "notes are closed until Monday") });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
      const report = only(await session.call({ caller }, [call]));
      assertDenied(report, "notes_closed");
      assertDenied(report, "notes are closed until Monday");
      assertNowhere(report, caller.token);
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase("rewritten arguments are parsed again and used", {}, async (world) => {
    const tool = recordedTool("write_note", { parameters: limited });
    world.load({
      write_note: ({ phase, args }) =>
        phase === "call" && args?.["text"] !== "rewritten"
          ? allow({ args: { text: "rewritten", limit: 5 } })
          : allow(),
    });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
    assertAllowed(only(await session.call({ caller }, [call])));
    assert.deepEqual(tool.runs, [{ text: "rewritten", limit: 5 }]);
  }),

  adapterCase(
    "rewritten arguments that the tool's schema refuses are denied",
    {},
    async (world) => {
      const tool = recordedTool("write_note", { parameters: limited });
      world.load({
        write_note: ({ phase }) =>
          phase === "call" ? allow({ args: { text: "hello", limit: "many" } }) : allow(),
      });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
      assertDenied(only(await session.call({ caller }, [call])), "engine:args_unparseable");
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase(
    "a member that the tool's schema does not know gets past nobody",
    {},
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({ write_note: () => allow() });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const args = { text: "hello", smuggled: "along" };
      await session.call({ caller }, [{ tool: "write_note", args, callId: "call-1" }]);
      const decided = world.policy.requests.findLast(({ phase }) => phase === "call")?.args;
      // To refuse it and to leave it out for policy and tool alike are both safe.
      assert.deepEqual(
        tool.runs,
        tool.runs.map(() => decided),
      );
    },
  ),

  adapterCase(
    "arguments that the tool's schema refuses leave an audit entry",
    {},
    async (world) => {
      const tool = recordedTool("write_note", { parameters: limited });
      world.load({ write_note: () => allow() });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const args = { text: "hello", limit: "many" };
      const call = { tool: "write_note", args, callId: "call-1" };
      const report = only(await session.call({ caller }, [call]));
      assert.deepEqual(tool.runs, []);
      assert.notEqual(report.model, undefined, "the model is told");
      assert.deepEqual(world.decisions("write_note"), ["deny"]);
    },
  ),

  adapterCase(
    "only what policy allows is offered, in its order",
    { needs: ["list"] },
    async (world) => {
      const names = ["write_note", "delete_note", "search_notes"];
      world.load({
        write_note: () => allow(),
        delete_note: () => deny("notes_closed"),
        search_notes: () => allow(),
      });
      const session = await world.open({ tools: names.map((name) => recordedTool(name)) });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      assert.deepEqual(await session.offered({ caller }), ["write_note", "search_notes"]);
    },
  ),

  adapterCase("every caller is offered their own tools", { needs: ["list"] }, async (world) => {
    const names = ["write_note", "delete_note"];
    world.load({
      write_note: () => allow(),
      delete_note: ({ subject }) => (subject.id === "ada" ? allow() : deny("notes_closed")),
    });
    const session = await world.open({ tools: names.map((name) => recordedTool(name)) });
    for (const [subject, offered] of [
      ["ada", names],
      ["bob", ["write_note"]],
      ["ada", names],
    ] as const) {
      const caller = world.keys.issue(subject, ["conformance:use"]);
      assert.deepEqual(await session.offered({ caller }), offered);
    }
  }),

  adapterCase("a hidden tool that the model names anyway is denied", {}, async (world) => {
    const tools = [recordedTool("write_note"), recordedTool("delete_note")];
    world.load({ write_note: () => allow(), delete_note: () => deny("notes_closed") });
    const session = await world.open({ tools });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const call = { tool: "delete_note", args: { text: "hello" }, callId: "call-1" };
    assertDenied(only(await session.call({ caller }, [call])), "notes_closed");
    assert.deepEqual(tools[1]?.runs, []);
  }),

  adapterCase("a call that a person has to allow does not run before", {}, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: (request) => ask(request, "large_note") });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
    assertNowhere(only(await session.call({ caller }, [call])), kept);
    assert.deepEqual(tool.runs, []);
  }),

  adapterCase(
    "each call of a message is decided by itself",
    { needs: ["siblings"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({
        write_note: ({ args }) => (args?.["text"] === "shut" ? deny("notes_closed") : allow()),
      });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const calls = ["open", "shut", "open"].map((text, index) => ({
        tool: "write_note",
        args: { text },
        callId: `call-${index}`,
      }));
      const [first, denied, last] = await session.call({ caller }, calls);
      assert(first !== undefined && denied !== undefined && last !== undefined);
      assertAllowed(first);
      assertDenied(denied, "notes_closed");
      assertAllowed(last);
      assert.deepEqual(tool.runs, [{ text: "open" }, { text: "open" }]);
    },
  ),

  adapterCase("without a principal nothing is offered", { needs: ["list"] }, async (world) => {
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [recordedTool("write_note")] });
    // To offer nothing and to end the run are both safe.
    const offered = await session.offered({ caller: undefined }).catch(() => []);
    assert.deepEqual(offered, []);
  }),

  adapterCase("without a principal a call is denied", {}, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [tool] });
    const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
    const report = only(await session.call({ caller: undefined }, [call]));
    assert.deepEqual(tool.runs, []);
    assertNowhere(report, kept);
    assert(
      report.model !== undefined || report.thrown !== undefined,
      "model or program is told that the call did not run",
    );
  }),

  adapterCase("the denial of a call without a principal has its code", {}, async (world) => {
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [recordedTool("write_note")] });
    const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
    assertRejected(only(await session.call({ caller: undefined }, [call])), "key:malformed");
  }),
];
