import { sampleWrite, tenant } from "../../src/store/conformance/sample-key.ts";
import type { Commit } from "../../src/store/key-store.ts";

/** The commits of two keys that are only changed together: they are issued, rotated, revoked. */
export function lifeOfPair(name: string): readonly Commit[] {
  const pair = [`${name}-x`, `${name}-y`];
  const keyId = pair[0] ?? name;
  const idempotency = { tenant, digest: `digest-${name}`, request: `request-${name}`, keyId };
  return [
    { writes: pair.map((id) => sampleWrite(id)), idempotency },
    { writes: pair.map((id) => sampleWrite(id, { version: 2 })) },
    { writes: pair.map((id) => sampleWrite(id, { version: 3, status: "revoked" })) },
  ];
}
