import { join } from "node:path";
import { openJsonLines } from "@scopeward/audit";
import { environmentSecrets, openKeys, openKeyStore } from "@scopeward/keys";
import type { Keys, Secret } from "@scopeward/keys";
import { openPolicy } from "@scopeward/policy";
import type { Policy } from "@scopeward/policy";
import type { AuditLog, Enforcer } from "@scopeward/sdk";
import { createEnforcer } from "@scopeward/sdk/enforcer";
import { pepper } from "../keys/key-population.ts";
import { buildBundle, referenceFiles, withCompiler } from "../reference-policies.ts";

/** An Enforcer on real keys and policies, with its parts at hand. */
export interface GuardedWard {
  readonly enforcer: Enforcer;
  readonly keys: Keys;
  readonly policy: Policy;
  readonly audit: AuditLog;
  /** Of a key that may query the dataset `sales`. */
  readonly token: Secret;
  close(): Promise<void>;
}

/** Opens the reference policies and a SQLite store in a folder. */
export async function openGuardedWard(folder: string, audit: AuditLog): Promise<GuardedWard> {
  const files = await referenceFiles();
  const bundle = await withCompiler(async (compiler) => await buildBundle(compiler, files));
  const loaded = await openPolicy(bundle, {});
  if (loaded.kind === "refused") throw new Error(JSON.stringify(loaded.problems));
  const policy = loaded.value;
  const keys = openKeys({
    store: openKeyStore(`sqlite:${join(folder, "keys.db")}`),
    secrets: environmentSecrets({ environment: { SCOPEWARD_PEPPER: pepper } }),
    audit: openJsonLines(join(folder, "key-audit")),
    catalogue: () => policy.catalogue,
  });
  const issued = await keys.issue({
    owner: "user:ada",
    audience: "internal",
    scopes: ["data-retrieval:read"],
    constraints: { dataset: ["sales"] },
  });
  if (issued.kind !== "issued") throw new Error(issued.kind);
  const enforcer = createEnforcer({ keys, policy: { current: () => policy }, audit });
  return {
    enforcer,
    keys,
    policy,
    audit,
    token: issued.token,
    close: async () => {
      await enforcer.close();
      await keys.close();
      policy.close();
      await audit.close();
    },
  };
}

/** An audit log that keeps nothing. */
export function forgetfulLog(): AuditLog {
  const appended = { kind: "appended", origin: "bench", durable: false } as const;
  return {
    append: async () => await Promise.resolve(appended),
    health: async () => await Promise.resolve({ kind: "ready" }),
    highestSequence: async () => await Promise.resolve(0),
    close: async () => await Promise.resolve(),
  };
}
