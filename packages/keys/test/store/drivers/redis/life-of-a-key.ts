import { sampleWrite, tenant } from "../../../../src/store/conformance/sample-key.ts";
import type { Commit } from "../../../../src/store/key-store.ts";

/** The commits of one key, in their order: it is issued, rotated, revoked. */
export function lifeOf(id: string): readonly Commit[] {
  const idempotency = { tenant, digest: `digest-${id}`, request: `request-${id}`, keyId: id };
  return [
    { writes: [sampleWrite(id)], idempotency },
    { writes: [sampleWrite(id, { version: 2 })] },
    { writes: [sampleWrite(id, { version: 3, status: "revoked" })] },
  ];
}
