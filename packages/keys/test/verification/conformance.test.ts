import { keyVerifierCases } from "@scopeward/sdk/conformance";
import type { KeyVerifierHarness } from "@scopeward/sdk/conformance";
import { describe, expect, it, onTestFinished } from "vitest";
import { mintToken, newKeyId } from "../../src/token/token.ts";
import { openVerifier } from "../../src/verification/verifier.ts";
import type { SealedKey } from "./sealed-key.ts";
import { openStage } from "./stage.ts";

async function harness(kind: "immediate" | "polled"): Promise<KeyVerifierHarness> {
  const stage = await openStage(kind);
  const keys = new Map<string, SealedKey>();
  return {
    open: async () => {
      const verifier = openVerifier(stage.context);
      onTestFinished(async () => await verifier.close());
      return verifier;
    },
    issue: async (authority) => {
      const key = stage.add(authority);
      keys.set(key.id, key);
      return key;
    },
    revoke: async ({ id }) => {
      stage.change(keys.get(id)!, { status: "revoked", revokedAt: stage.clock.at(0) });
      // As long as another node may know nothing of it.
      await stage.pass(5_000);
    },
    unknownToken: () => mintToken("int", newKeyId()).reveal(),
  };
}

describe.each(["immediate", "polled"] as const)("with a store that is %s", (kind) => {
  it.each(keyVerifierCases)("$name", async ({ run }) => {
    await expect(run(await harness(kind))).resolves.toBeUndefined();
  });
});
