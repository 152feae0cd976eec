import type { ApprovalAnswer, ApprovalRequest } from "@scopeward/sdk";

/** When the sample questions are asked. */
export const now = "2026-03-01T10:00:00.000Z";

/** The id of the sample question of this name. */
export function idOf(name: string): string {
  return `${name}-`.padEnd(24, "0");
}

/** A question of its own, which waits for a quarter of an hour. */
export function sampleRequest(
  name: string,
  members: Partial<ApprovalRequest> = {},
): ApprovalRequest {
  return {
    id: idOf(name),
    binding: `binding of ${name}`,
    tenant: "acme",
    keyId: "000000000001",
    subject: { type: "user", id: "ada" },
    actors: [{ type: "agent", id: "researcher" }],
    action: { type: "tool", name: "delete_rows" },
    args: { limit: 10_000 },
    codes: ["large_export"],
    reasons: [{ code: "large_export", message: "more than 1,000 rows" }],
    createdAt: now,
    expiresAt: "2026-03-01T10:15:00.000Z",
    ...members,
  };
}

/** Grace's yes. */
export const yes: ApprovalAnswer = {
  verdict: "approve",
  approver: { type: "user", id: "grace" },
  at: "2026-03-01T10:01:00.000Z",
};
