import type { KeyRecord } from "@scopeward/keys";

/** A key of Ada that lives, with these members instead. */
export function keyRecord(members: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: "000000000001",
    tenant: "default",
    owner: "user:ada",
    kind: "int",
    audience: "internal",
    scopes: ["notes:read"],
    constraints: {},
    status: "active",
    secrets: [{ number: 1, createdAt: "2026-01-01T00:00:00.000Z" }],
    createdAt: "2026-01-01T00:00:00.000Z",
    createdBy: "local",
    version: 1,
    ...members,
  };
}
