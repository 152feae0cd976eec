import assert from "node:assert/strict";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import { assertAllowed, assertDenied, assertNowhere, only } from "./expectations.ts";
import { recordedTool } from "./recorded-tool.ts";
import type { RecordedTool } from "./recorded-tool.ts";
import { allow } from "./scripted-policy.ts";
import type { World } from "./world.ts";

const secret = "ada@example.org";
const redactField = { type: "redact_result", fields: ["/email"] };
const redactPattern = {
  type: "redact_result",
  pattern: "[a-z]+@example\\.org",
  replacement: "hidden",
};
const call = { tool: "find_person", args: { text: "ada" }, callId: "call-1" };

function personTool(): RecordedTool {
  return recordedTool("find_person", { body: () => ({ name: "Ada Lovelace", email: secret }) });
}

function loadRedaction(world: World, obligation: typeof redactField | typeof redactPattern): void {
  world.load({
    find_person: ({ phase }) => (phase === "call" ? allow({ obligations: [obligation] }) : allow()),
  });
}

/** What is redacted reaches nobody that the adapter stands before. */
export const redactionCases: readonly AdapterCase[] = [
  adapterCase("a redacted field reaches neither model nor program", {}, async (world) => {
    loadRedaction(world, redactField);
    const session = await world.open({ tools: [personTool()] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const report = only(await session.call({ caller }, [call]));
    assertAllowed(report, "Ada Lovelace");
    assertNowhere(report, secret);
  }),

  adapterCase("a redacted pattern reaches neither model nor program", {}, async (world) => {
    loadRedaction(world, redactPattern);
    const session = await world.open({ tools: [personTool()] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const report = only(await session.call({ caller }, [call]));
    assertAllowed(report, "Ada Lovelace");
    assertNowhere(report, secret);
  }),

  adapterCase("a redacted field is not in the stream", { needs: ["stream"] }, async (world) => {
    loadRedaction(world, redactField);
    const session = await world.open({ tools: [personTool()] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    const report = only(await session.call({ caller }, [call]));
    assert(report.stream?.includes("Ada Lovelace") === true, "the stream shows the result");
    assertNowhere(report, secret);
  }),

  adapterCase(
    "what is redacted in a result that comes in pieces is redacted across them",
    { needs: ["iterable"] },
    async (world) => {
      loadRedaction(world, redactPattern);
      const tool = recordedTool("find_person", { body: () => pieces() });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const report = only(await session.call({ caller }, [call]));
      assertAllowed(report, "Ada Lovelace");
      assertNowhere(report, secret);
    },
  ),

  adapterCase("an obligation that nobody carries out denies", {}, async (world) => {
    const tool = personTool();
    world.load({
      find_person: ({ phase }) =>
        phase === "call" ? allow({ obligations: [{ type: "unheard_of" }] }) : allow(),
    });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    assertDenied(only(await session.call({ caller }, [call])), "engine:obligation_unknown");
    assert.deepEqual(tool.runs, []);
  }),
];

async function* pieces(): AsyncGenerator<string> {
  for (const piece of ["Ada Lovelace, ada@exa", "mple", ".org, mathematician"]) {
    await Promise.resolve();
    yield piece;
  }
}
