import type { KeyBody, StoredSecret } from "../../src/record/key-body.ts";

/** A secret as it is stored; its digest is of nothing. */
export const sampleSecret: StoredSecret = {
  number: 1,
  createdAt: "2026-01-02T03:04:05.678Z",
  pepper: "p_1",
  mac: "A".repeat(43),
};

/** The body of an ordinary key with every member that one may have. */
export const sampleBody: KeyBody = {
  id: "AbCdEfGhIjKl",
  tenant: "default",
  owner: "user:ada",
  kind: "int",
  audience: "internal",
  name: "reports",
  notes: "made for the\nmonthly reports",
  scopes: ["data-retrieval:read", "notes:*"],
  constraints: { dataset: ["sales", "hr"], rows: 1_000, cidr: ["10.0.0.0/8"], deep: { a: [null] } },
  status: "active",
  notBefore: "2026-01-02T03:04:05Z",
  expiresAt: "2027-01-02T03:04:05Z",
  parent: "000000000000",
  secrets: [
    { ...sampleSecret, number: 2 },
    { ...sampleSecret, endsAt: "2026-01-03T03:04:05.678Z" },
  ],
  createdAt: "2026-01-02T03:04:05.678Z",
  createdBy: "key:111111111111",
  version: 3,
};
