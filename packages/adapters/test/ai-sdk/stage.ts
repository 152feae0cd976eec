import { tool } from "ai";
import type { Principal } from "@scopeward/sdk";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { allow } from "../../src/conformance/scripted-policy.ts";
import type { Script } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { aiSdkHarness } from "./harness.ts";

/** A world with the policies of a test, and Ada, who may use them. */
export function openStage(
  scripts: Readonly<Record<string, Script>>,
  models: Readonly<Record<string, Script>> = {},
): {
  readonly world: World;
  readonly ada: Principal;
} {
  const world = new World(aiSdkHarness, false);
  onTestFinished(() => world.close());
  world.load(scripts, models);
  return { world, ada: world.keys.issue("ada", ["conformance:use"]).principal };
}

/** An allow at a call that takes e-mail addresses out of the result, by field or by pattern. */
export function redacting(rule: "field" | "pattern"): Script {
  const how =
    rule === "field"
      ? { fields: ["/email"] }
      : { pattern: "[a-z]+@[a-z.]+", replacement: "hidden" };
  return ({ phase }) =>
    phase === "call" ? allow({ obligations: [{ type: "redact_result", ...how }] }) : allow();
}

/** A tool that says whom it found. */
export const findPerson = tool({
  inputSchema: z.object({ name: z.string() }),
  execute: ({ name }) => Promise.resolve({ name, email: "ada@example.org" }),
});
