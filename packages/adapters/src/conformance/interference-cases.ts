import assert from "node:assert/strict";
import type { JsonObject } from "@scopeward/core";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import { assertAllowed, assertDenied, assertNowhere, only } from "./expectations.ts";
import { kept, recordedTool } from "./recorded-tool.ts";
import { allow, deny } from "./scripted-policy.ts";

const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };

/** Other people's code around the adapter does not get past it. */
export const interferenceCases: readonly AdapterCase[] = [
  adapterCase(
    "code between adapter and tool cannot run it with arguments that policy denies",
    { needs: ["between"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({
        write_note: ({ args }) => (args?.["text"] === "smuggled" ? deny("no_smuggling") : allow()),
      });
      let passes = 0;
      const rewrite = (): JsonObject => {
        passes++;
        return { text: "smuggled" };
      };
      const session = await world.open({ tools: [tool], between: { rewrite } });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      await session.call({ caller }, [call]);
      assert(passes > 0, "the call comes past the other code");
      assert(
        tool.runs.every(({ text }) => text === "hello"),
        "the tool runs with nothing but what was decided on",
      );
    },
  ),

  adapterCase(
    "a retry that runs the tool again is decided again",
    { needs: ["between"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({
        write_note: () => (tool.runs.length === 0 ? allow() : deny("once_is_enough")),
      });
      const session = await world.open({ tools: [tool], between: { runs: 2 } });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      await session.call({ caller }, [call]);
      assert.equal(tool.runs.length, 1);
    },
  ),

  adapterCase(
    "each run of a retry has a decision of its own in the audit log",
    { needs: ["between"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({ write_note: () => allow() });
      const session = await world.open({ tools: [tool], between: { runs: 2 } });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      await session.call({ caller }, [call]);
      const allowed = world.decisions("write_note").filter((effect) => effect === "allow");
      assert(tool.runs.length >= 1, "the tool runs");
      assert(tool.runs.length <= allowed.length, "no run is without a decision");
    },
  ),

  adapterCase(
    "a tool that other code adds without a guard does not run",
    { needs: ["added"] },
    async (world) => {
      const [tool, added] = [recordedTool("write_note"), recordedTool("delete_note")];
      world.load({ write_note: () => allow() });
      const session = await world.open({ tools: [tool], added: [added] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const report = only(await session.call({ caller }, [{ ...call, tool: "delete_note" }]));
      assertNowhere(report, kept);
      assert.deepEqual(added.runs, []);
    },
  ),

  adapterCase(
    "a tool that is a subclass without a function of its own is guarded too",
    { needs: ["subclass"] },
    async (world) => {
      const open = recordedTool("write_note", { shape: "subclass" });
      const shut = recordedTool("delete_note", { shape: "subclass" });
      world.load({ write_note: () => allow(), delete_note: () => deny("notes_closed") });
      const session = await world.open({ tools: [open, shut] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      assertAllowed(only(await session.call({ caller }, [call])));
      const denied = { ...call, tool: "delete_note", callId: "call-2" };
      assertDenied(only(await session.call({ caller }, [denied])), "notes_closed");
      assert.deepEqual(open.runs, [{ text: "hello" }]);
      assert.deepEqual(shut.runs, []);
    },
  ),

  adapterCase(
    "tools that run at the provider are offered only where policy names them",
    { needs: ["provider", "list"] },
    async (world) => {
      world.load({ write_note: () => allow(), web_search: () => allow() });
      const tools = [recordedTool("write_note")];
      const providerTools = ["web_search", "code_interpreter"];
      const session = await world.open({ tools, providerTools });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const offered = await session.offered({ caller });
      assert.deepEqual(offered.toSorted(), ["web_search", "write_note"]);
    },
  ),
];
