import assert from "node:assert/strict";
import { adapterCase } from "./adapter-case.ts";
import type { AdapterCase } from "./adapter-case.ts";
import { assertDenied, assertNowhere, assertParked, assertRejected, only } from "./expectations.ts";
import { innards, portFaults } from "./port-fault.ts";
import type { BrokenPorts, PortFault } from "./port-fault.ts";
import { kept, recordedTool } from "./recorded-tool.ts";
import { allow, ask } from "./scripted-policy.ts";
import type { Script } from "./scripted-policy.ts";

/** A port, what the policy has to say so that it is used, and the codes that tell of its failure. */
interface Breakable {
  readonly port: Exclude<keyof BrokenPorts, "keys">;
  readonly called: string;
  readonly script: Script;
  readonly codes: readonly string[];
  /** Whether it is used after the tool, so that the tool has run. */
  readonly isAfter?: boolean;
}

const breakable: readonly Breakable[] = [
  {
    port: "policy",
    called: "the policy",
    script: () => allow(),
    codes: ["engine:evaluation_failed", "engine:timeout", "engine:output_malformed"],
  },
  {
    port: "provider",
    called: "a context provider",
    script: () => allow(),
    codes: ["engine:context_failed"],
  },
  {
    port: "before",
    called: "an obligation before the tool",
    script: obliged("conformance_before"),
    codes: ["engine:obligation_failed"],
  },
  {
    port: "after",
    called: "an obligation after the tool",
    script: obliged("conformance_after"),
    codes: ["engine:obligation_failed"],
    isAfter: true,
  },
  {
    port: "approvals",
    called: "the approval channel",
    script: (request) => ask(request, "large_note"),
    codes: ["engine:approval_unavailable"],
  },
  {
    port: "audit",
    called: "the audit log",
    script: () => allow(),
    codes: ["engine:audit_unavailable"],
  },
];

const verbs: Readonly<Record<PortFault, string>> = {
  crash: "crashes",
  timeout: "does not answer in time",
  malformed: "answers with something else",
};

const call = { tool: "write_note", args: { text: "hello" }, callId: "call-1" };

function obliged(type: string): Script {
  return ({ phase }) => (phase === "call" ? allow({ obligations: [{ type }] }) : allow());
}

function faultCase(
  { port, called, script, codes, isAfter = false }: Breakable,
  fault: PortFault,
): AdapterCase {
  const outcome = isAfter ? "the result is withheld" : "the call is denied";
  const name = `${called} ${verbs[fault]}: ${outcome}`;
  return adapterCase(name, { hangs: fault === "timeout" }, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: script });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    world.broken[port] = fault;
    assertDenied(only(await session.call({ caller }, [call])), ...codes);
    assert.equal(tool.runs.length, isAfter ? 1 : 0);
  });
}

function keysCase(fault: PortFault): AdapterCase {
  const name = `the key verifier ${verbs[fault]}: the call is denied`;
  return adapterCase(name, { hangs: fault === "timeout" }, async (world) => {
    const tool = recordedTool("write_note");
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [tool] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    world.broken.keys = fault;
    const report = only(await session.call({ caller }, [call]));
    assertRejected(report, "key:store_unavailable");
    assertNowhere(report, innards);
    assert.deepEqual(tool.runs, []);
  });
}

/** Whatever breaks denies. */
export const faultCases: readonly AdapterCase[] = [
  ...breakable.flatMap((each) => portFaults.map((fault) => faultCase(each, fault))),
  ...portFaults.map(keysCase),

  adapterCase(
    "the audit log breaks while the tool runs: the result is withheld",
    {},
    async (world) => {
      const tool = recordedTool("write_note", {
        body: () => {
          world.broken.audit = "crash";
          return { note: kept };
        },
      });
      world.load({ write_note: () => allow() });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      assertDenied(only(await session.call({ caller }, [call])), "engine:audit_unavailable");
      assert.equal(tool.runs.length, 1);
    },
  ),

  adapterCase("nothing is offered while a port is broken", { needs: ["list"] }, async (world) => {
    world.load({ write_note: () => allow() });
    const session = await world.open({ tools: [recordedTool("write_note")] });
    const caller = world.keys.issue("ada", ["conformance:use"]);
    assert.deepEqual(await session.offered({ caller }), ["write_note"]);
    for (const port of ["policy", "provider", "audit", "keys"] as const) {
      world.broken[port] = "crash";
      const offered = await session.offered({ caller }).catch(() => []);
      assert.deepEqual(offered, [], `while ${port} is broken`);
      delete world.broken[port];
    }
    assert.deepEqual(await session.offered({ caller }), ["write_note"]);
  }),

  adapterCase(
    "the approval channel breaks while a call is parked: the call is denied",
    { needs: ["resume"] },
    async (world) => {
      const tool = recordedTool("write_note");
      world.load({ write_note: (request) => ask(request, "large_note") });
      const session = await world.open({ tools: [tool] });
      const caller = world.keys.issue("ada", ["conformance:use"]);
      const approval = assertParked(only(await session.call({ caller }, [call])));
      await world.answer(approval, "approve");
      world.broken.approvals = "crash";
      const report = only(await session.resume({ caller }, [{ callId: call.callId, approval }]));
      assertDenied(report, "engine:approval_unavailable");
      assertNowhere(report, kept);
      assert.deepEqual(tool.runs, []);
    },
  ),
];
