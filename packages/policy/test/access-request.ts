import type { AccessRequest } from "@scopeward/core";

/** A request that matches the schema. */
export const accessRequest: AccessRequest = {
  phase: "call",
  subject: { type: "user", id: "ada", properties: { team: "finance" } },
  actors: [{ type: "agent", id: "researcher" }],
  key: {
    id: "Bn7xJg44QwEf",
    audience: "internal",
    scopes: ["notes:read"],
    constraints: { dataset: ["sales"] },
    chain: [],
  },
  action: { type: "tool", name: "read_note" },
  resource: { type: "note", id: "1" },
  args: { id: "1", limit: 100, exact: true, after: null },
  context: { time: "2026-01-31T12:00:00Z", tenant: "default", facts: {} },
};
