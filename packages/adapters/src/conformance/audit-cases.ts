import assert from "node:assert/strict";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import { recordedTool } from "./recorded-tool.ts";
import type { RecordedTool } from "./recorded-tool.ts";
import { allow, deny } from "./scripted-policy.ts";
import type { World } from "./world.ts";

const secretResult = "the-text-of-a-note";
const secretArgument = "the-text-of-an-argument";

/** Has a call allowed, one denied, and one whose tool throws. */
async function callThree(world: World): Promise<readonly RecordedTool[]> {
  const tools = [
    recordedTool("write_note", { body: () => ({ note: secretResult }) }),
    recordedTool("delete_note"),
    recordedTool("search_notes", {
      body: () => {
        throw new RangeError("the notebook is full");
      },
    }),
  ];
  world.load({
    write_note: () => allow(),
    delete_note: () => deny("notes_closed"),
    search_notes: () => allow(),
  });
  const session = await world.open({ tools });
  const caller = world.keys.issue("ada", ["conformance:use"]);
  for (const [index, { name }] of tools.entries()) {
    const call = { tool: name, args: { text: secretArgument }, callId: `call-${index}` };
    await session.call({ caller }, [call]);
  }
  const written = JSON.stringify(world.audit.entries);
  assert(!written.includes(caller.token), "no entry holds the token");
  return tools;
}

/** What happened can be read afterwards. */
export const auditCases: readonly AdapterCase[] = [
  adapterCase("every call leaves a decision, and every run an outcome", {}, async (world) => {
    await callThree(world);
    assert.deepEqual(world.decisions("write_note"), ["allow"]);
    assert.deepEqual(world.decisions("delete_note"), ["deny"]);
    assert.deepEqual(world.decisions("search_notes"), ["allow"]);
    assert.deepEqual(world.outcomes("write_note"), ["succeeded"]);
    assert.deepEqual(world.outcomes("delete_note"), []);
    assert.deepEqual(world.outcomes("search_notes"), ["failed"]);
  }),

  adapterCase("an outcome is under the id of its decision", {}, async (world) => {
    await callThree(world);
    const allowed = world
      .entries("decision")
      .filter(({ event, effect }) => event === "tool_call" && effect === "allow");
    assert.equal(allowed.length, 2);
    assert.deepEqual(
      world.entries("outcome").map(({ decisionId }) => decisionId),
      allowed.map(({ id }) => id),
    );
  }),

  adapterCase("no entry holds an argument's value or a result", {}, async (world) => {
    const tools = await callThree(world);
    assert.equal(tools[0]?.runs.length, 1);
    assert(world.audit.entries.length > 0, "there are entries");
    const written = JSON.stringify(world.audit.entries);
    for (const secret of [secretArgument, secretResult]) assert(!written.includes(secret));
  }),

  adapterCase("a list is one entry", { needs: ["list"] }, async (world) => {
    const names = ["write_note", "search_notes", "delete_note"];
    world.load(Object.fromEntries(names.map((name) => [name, () => allow()])));
    const session = await world.open({ tools: names.map((name) => recordedTool(name)) });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    await session.offered({ caller });
    assert.equal(world.entries("decision").length, 1);
  }),
];
