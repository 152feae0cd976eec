import assert from "node:assert/strict";
import type { KeyStatus } from "../../record/key-record.ts";
import type { Commit, KeyStore, KeyWrite } from "../key-store.ts";

/** The tenant of a sample that names none. */
export const tenant = "acme";

/** What may differ from one sample to the next. */
export interface Sample {
  readonly tenant?: string;
  readonly owner?: string;
  readonly status?: KeyStatus;
  readonly parent?: string;
  /** 1 where absent; what is expected is one less. */
  readonly version?: number;
}

/** The write of a key of which a store needs to know no more. */
export function sampleWrite(id: string, sample: Sample = {}): KeyWrite {
  const version = sample.version ?? 1;
  const { owner = "user:ada", status = "active" } = sample;
  const body = { id, tenant: sample.tenant ?? tenant, owner, status, version };
  return bodyWrite(
    id,
    version,
    JSON.stringify(sample.parent === undefined ? body : { ...body, parent: sample.parent }),
  );
}

/** The write of a key whose body is this very text. */
export function bodyWrite(id: string, version: number, body: string): KeyWrite {
  return {
    key: { id, version, body, sealPepper: "p1", seal: `c2VhbC${String(version)}` },
    expects: version - 1,
    entry: JSON.stringify({ id: `entry-${id}-${String(version)}`, type: "key" }),
  };
}

/** Commits what nothing stands against. */
export async function write(store: KeyStore, ...writes: readonly KeyWrite[]): Promise<void> {
  await accepted(store, { writes });
}

/** The sequence numbers of a commit that nothing stands against. */
export async function accepted(store: KeyStore, commit: Commit): Promise<readonly number[]> {
  const result = await store.commit(commit);
  assert(result.kind === "committed", `a commit that nothing stands against is ${result.kind}`);
  return result.sequences;
}

/** Which of these keys are there. */
export async function presentOf(store: KeyStore, ids: readonly string[]): Promise<string[]> {
  const present: string[] = [];
  for (const id of ids) if ((await store.readChain(id)).length > 0) present.push(id);
  return present;
}

/** The version of a key that is there. */
export async function versionOf(store: KeyStore, id: string): Promise<number | undefined> {
  return (await store.readChain(id))[0]?.version;
}

/** `count` results of `make`, which is given 0, 1, 2 and so on. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
