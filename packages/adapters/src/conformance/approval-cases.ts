import assert from "node:assert/strict";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import {
  assertAllowed,
  assertDenied,
  assertNowhere,
  assertParked,
  assertRejected,
  only,
} from "./expectations.ts";
import type { AdapterSession, CallReport, Identity } from "./harness.ts";
import { kept, recordedTool } from "./recorded-tool.ts";
import type { RecordedTool } from "./recorded-tool.ts";
import { allow, ask } from "./scripted-policy.ts";
import { approvalMs } from "./world.ts";
import type { World } from "./world.ts";

const code = "large_note";

/** A call that is parked, and what it takes to take it up again. */
interface Parked {
  readonly session: AdapterSession;
  readonly tool: RecordedTool;
  readonly caller: Identity;
  readonly approval: string;
  readonly resume: (approval: unknown, by?: Identity) => Promise<CallReport>;
}

async function park(world: World): Promise<Parked> {
  const tool = recordedTool("write_note");
  world.load({ write_note: (request) => ask(request, code) });
  const session = await world.open({ tools: [tool] });
  const caller = world.keys.issue("ada", ["conformance:use"]);
  const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
  const report = only(await session.call({ caller }, [call]));
  const approval = assertParked(report);
  assertNowhere(report, kept);
  assert.deepEqual(tool.runs, [], "nothing runs before a person said yes");
  const resume = async (value: unknown, by = caller): Promise<CallReport> =>
    only(await session.resume({ caller: by }, [{ callId: "call-1", approval: value }]));
  return { session, tool, caller, approval, resume };
}

/** What else a framework may hand back in the place of an approval's id. */
const forged: readonly unknown[] = [
  "an-approval-that-nobody-ever-asked-for",
  "",
  true,
  { approved: true },
  { decisions: [{ type: "approve" }] },
];

/** Only what a person said, once, to this very call, lets it run. */
export const approvalCases: readonly AdapterCase[] = [
  adapterCase(
    "a call that a person approved runs once, when it is taken up again",
    { needs: ["resume"] },
    async (world) => {
      const { tool, approval, resume } = await park(world);
      await world.answer(approval, "approve");
      assertAllowed(await resume(approval));
      assert.deepEqual(tool.runs, [{ text: "hello" }]);
    },
  ),

  adapterCase(
    "a call that is taken up again is run with what was decided on, redacted and logged",
    { needs: ["resume"] },
    async (world) => {
      const tool = recordedTool("write_note", {
        body: () => ({ note: kept, by: "ada@example.org" }),
      });
      const redact = {
        type: "redact_result",
        pattern: "[a-z]+@example\\.org",
        replacement: "hidden",
      };
      world.load({
        write_note: (request) => {
          const { phase, args } = request;
          if (phase === "list") return allow();
          if (args?.["text"] !== "rewritten") return allow({ args: { text: "rewritten" } });
          const asked = ask(request, code);
          return asked.effect === "allow" ? allow({ obligations: [redact] }) : asked;
        },
      });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };
      const approval = assertParked(only(await session.call({ caller }, [call])));
      await world.answer(approval, "approve");
      const report = only(await session.resume({ caller }, [{ callId: "call-1", approval }]));
      assertAllowed(report);
      assertNowhere(report, "ada@example.org");
      assert.deepEqual(tool.runs, [{ text: "rewritten" }]);
      assert.deepEqual(world.outcomes("write_note"), ["succeeded"]);
    },
  ),

  adapterCase("a call that a person refused is denied", { needs: ["resume"] }, async (world) => {
    const { tool, approval, resume } = await park(world);
    await world.answer(approval, "deny");
    assertDenied(await resume(approval), code);
    assert.deepEqual(tool.runs, []);
  }),

  adapterCase(
    "a call that nobody has answered does not run, whatever its caller says",
    { needs: ["resume"] },
    async (world) => {
      const { tool, approval, resume } = await park(world);
      assertNowhere(await resume(approval), kept);
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase("a forged approval does not run the call", { needs: ["resume"] }, async (world) => {
    for (const value of forged) {
      const { tool, resume } = await park(world);
      assertNowhere(await resume(value), kept);
      assert.deepEqual(tool.runs, []);
    }
  }),

  adapterCase(
    "an approval of another key's call does not run the call",
    { needs: ["resume"] },
    async (world) => {
      const { tool, approval, resume } = await park(world);
      await world.answer(approval, "approve");
      const mallory = world.keys.issue("mallory", ["conformance:use"]);
      assertNowhere(await resume(approval, mallory), kept);
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase("an approval is used once", { needs: ["resume"] }, async (world) => {
    const { tool, approval, resume } = await park(world);
    await world.answer(approval, "approve");
    assertAllowed(await resume(approval));
    await resume(approval);
    assert.equal(tool.runs.length, 1);
  }),

  adapterCase(
    "an approval that is handed back twice at the same time is used once",
    { needs: ["resume"] },
    async (world) => {
      const { tool, approval, resume } = await park(world);
      await world.answer(approval, "approve");
      await Promise.all([resume(approval), resume(approval)]);
      assert.equal(tool.runs.length, 1);
    },
  ),

  adapterCase(
    "an approval that expired does not run the call",
    { needs: ["resume"] },
    async (world) => {
      const { tool, approval, resume } = await park(world);
      await world.answer(approval, "approve");
      world.clock.step(approvalMs);
      assertDenied(await resume(approval), "engine:approval_invalid");
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase(
    "an approval does not cover other arguments",
    { needs: ["resume", "changed_resume"] },
    async (world) => {
      const { session, tool, caller, approval } = await park(world);
      await world.answer(approval, "approve");
      const changed = { callId: "call-1", approval, args: { text: "changed" } };
      await session.resume({ caller }, [changed]);
      assert(
        tool.runs.every(({ text }) => text === "hello"),
        "the tool does not run with arguments that no person saw",
      );
    },
  ),

  adapterCase(
    "a key revoked while the call is parked ends it",
    { needs: ["resume"] },
    async (world) => {
      const { tool, caller, approval, resume } = await park(world);
      await world.answer(approval, "approve");
      world.keys.revoke(caller);
      assertRejected(await resume(approval), "key:revoked");
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase(
    "a policy that changed while the call is parked decides",
    { needs: ["resume"] },
    async (world) => {
      const { tool, approval, resume } = await park(world);
      await world.answer(approval, "approve");
      world.load({ write_note: (request) => ask(request, "another_reason") });
      assertNowhere(await resume(approval), kept);
      assert.deepEqual(tool.runs, []);
    },
  ),

  adapterCase(
    "an approval of one call does not run another one beside it",
    { needs: ["resume", "siblings"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({ write_note: (request) => ask(request, code) });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const reports = await session.call({ caller }, [
        { tool: "write_note", args: { text: "a" }, callId: "call-1" },
        { tool: "write_note", args: { text: "b" }, callId: "call-2" },
      ]);
      const [approval, other] = reports.map(assertParked);
      assert(approval !== undefined && approval !== other, "each call has an approval of its own");
      await world.answer(approval, "approve");
      await session.resume({ caller }, [
        { callId: "call-1", approval },
        { callId: "call-2", approval },
      ]);
      assert(
        tool.runs.every(({ text }) => text === "a"),
        "nothing runs but what a person approved",
      );
    },
  ),

  adapterCase(
    "calls beside a parked one run once, whatever becomes of it",
    { needs: ["resume", "siblings"] },
    async (world) => {
      const [parked, beside] = [recordedTool("write_note"), recordedTool("search_notes")];
      world.load({ write_note: (request) => ask(request, code), search_notes: () => allow() });
      const session = await world.open({ tools: [parked, beside] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const reports = await session.call({ caller }, [
        { tool: "search_notes", args: { text: "a" }, callId: "call-1" },
        { tool: "write_note", args: { text: "b" }, callId: "call-2" },
        { tool: "search_notes", args: { text: "c" }, callId: "call-3" },
      ]);
      const report = reports.find(({ callId }) => callId === "call-2");
      assert(report !== undefined, "there is a report of the parked call");
      const approval = assertParked(report);
      await world.answer(approval, "approve");
      const resumed = await session.resume({ caller }, [{ callId: "call-2", approval }]);
      const answered = resumed.find(({ callId }) => callId === "call-2");
      assert(answered !== undefined, "there is a report of the call that was taken up again");
      assertAllowed(answered);
      assert.deepEqual(parked.runs, [{ text: "b" }]);
      assert.equal(beside.runs.length, 2);
      assert.deepEqual(new Set(beside.runs.map(({ text }) => text)), new Set(["a", "c"]));
    },
  ),
];
