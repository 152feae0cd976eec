import { readEntries } from "@scopeward/audit";
import type { LintSources } from "@scopeward/keys";

/** What the audit log tells of keys. */
interface History {
  readonly revoked: ReadonlySet<string>;
  /** The highest of each key. */
  readonly versions: ReadonlyMap<string, number>;
  readonly used: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What `lint` asks the audit log: which keys it knows to be revoked, up to which version it knows
 * them, and for which scopes a key was used. Of a key without any use in the log nothing is known,
 * rather than that it was never used. The log is read once for each `lint`, which says by itself
 * when it cannot be read.
 */
export function auditHistory(
  folder: string,
): Pick<LintSources, "revokedKeys" | "latestVersion" | "usedScopes"> {
  let history: Promise<History | undefined> | undefined;
  const readAgain = async (): Promise<History | undefined> => {
    history = readHistory(folder).catch(() => undefined);
    return await history;
  };
  return {
    revokedKeys: async () => (await readAgain())?.revoked,
    latestVersion: async (keyId) => (await (history ?? readAgain()))?.versions.get(keyId),
    usedScopes: async (keyId) => (await (history ?? readAgain()))?.used.get(keyId),
  };
}

async function readHistory(folder: string): Promise<History> {
  const revoked = new Set<string>();
  const versions = new Map<string, number>();
  const used = new Map<string, Set<string>>();
  for await (const { type, event, keyId, version, effect, scope, scopes } of readEntries(folder)) {
    if (typeof keyId !== "string") continue;
    if (type === "key" && typeof version === "number") {
      versions.set(keyId, Math.max(version, versions.get(keyId) ?? 0));
    }
    if (type === "key" && event === "revoked") revoked.add(keyId);
    if (type !== "decision" || effect !== "allow") continue;
    // `validateApiKey` asks for one scope; a call may be open by several.
    for (const name of [scope, ...(Array.isArray(scopes) ? scopes : [])]) {
      if (typeof name === "string") used.set(keyId, (used.get(keyId) ?? new Set()).add(name));
    }
  }
  return { revoked, versions, used };
}
