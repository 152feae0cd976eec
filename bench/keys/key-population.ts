import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJsonLines } from "@scopeward/audit";
import type { Catalogue } from "@scopeward/core";
import { environmentSecrets, mintToken, openKeys } from "@scopeward/keys";
import type { Keys, KeyStore } from "@scopeward/keys";
import type { SecretProvider } from "@scopeward/sdk";
import { sealKey } from "../../packages/keys/src/record/seal.ts";
import { openPeppers } from "../../packages/keys/src/secrets/peppers.ts";
import { newKeyId } from "../../packages/keys/src/token/token.ts";

/** The pepper of every measurement, as the environment carries it. */
export const pepper: string = `bench:${randomBytes(32).toString("base64")}`;

/** The same, as a provider. */
export const secrets: SecretProvider = environmentSecrets({
  environment: { SCOPEWARD_PEPPER: pepper },
});

/** One scope is enough to issue keys for. */
export const catalogue: Catalogue = {
  features: { notes: { scopes: ["notes:read"] } },
  scopes: {
    "notes:read": {
      feature: "notes",
      tools: ["search_notes"],
      models: [],
      audiences: ["internal"],
      requires: [],
    },
  },
  tools: {
    search_notes: {
      features: ["notes"],
      scopes: { internal: ["notes:read"], external: [] },
      resource: "none",
    },
  },
  models: {},
};

/** Keys on a store, with an audit log in a folder. */
export function keysOn(store: KeyStore, folder: string): Keys {
  return openKeys({
    store,
    secrets,
    audit: openJsonLines(join(folder, "audit")),
    catalogue: () => catalogue,
  });
}

/** Runs `work` with a folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "scopeward-bench-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Writes keys straight into a store, many in one transaction: issuing them one by one would take
 * minutes.
 * @returns the tokens of some of them, picked evenly.
 */
export async function populate(
  store: KeyStore,
  count: number,
  wanted: number,
): Promise<readonly string[]> {
  const current = await openPeppers(secrets).current();
  const createdAt = new Date().toISOString();
  const tokens: string[] = [];
  const batch = 2_000;
  for (let start = 0; start < count; start += batch) {
    const writes = Array.from({ length: Math.min(batch, count - start) }, (_, index) => {
      const id = newKeyId();
      const token = mintToken("int", id).reveal();
      if ((start + index) % Math.ceil(count / wanted) === 0) tokens.push(token);
      const key = sealKey(
        {
          id,
          tenant: "default",
          owner: `user:person${String(start + index)}`,
          kind: "int",
          audience: "internal",
          scopes: ["notes:read"],
          constraints: {},
          status: "active",
          secrets: [
            {
              number: 1,
              createdAt,
              pepper: current.id,
              mac: current.digest(token),
            },
          ],
          createdAt,
          createdBy: "local",
          version: 1,
        },
        current,
      );
      return { key, expects: 0, entry: "{}" };
    });
    const result = await store.commit({ writes });
    if (result.kind !== "committed") throw new Error(result.kind);
    await store.settle(result.sequences);
  }
  return tokens;
}
