import type { Party } from "@scopeward/core";
import { isRfc3339 } from "@scopeward/core";
import type { ApprovalAnswer, ApprovalRecord } from "../approval-channel.ts";

const statuses: ReadonlySet<unknown> = new Set([
  "pending",
  "approved",
  "denied",
  "consumed",
  "expired",
]);

/** Whether what an approval channel gave is a whole record: it is an authority, so nothing is guessed. */
export function isApprovalRecord(value: unknown): value is ApprovalRecord {
  try {
    return isWhole(value);
  } catch {
    return false;
  }
}

function isWhole(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { id, binding, tenant, keyId, subject, action, args, codes, status, answer } = value;
  return (
    [id, binding, tenant, keyId].every(isText) &&
    isParty(subject) &&
    Array.isArray(value["actors"]) &&
    value["actors"].every(isParty) &&
    isRecord(action) &&
    isText(action["type"]) &&
    isText(action["name"]) &&
    isRecord(args) &&
    Array.isArray(codes) &&
    codes.every(isText) &&
    isTime(value["createdAt"]) &&
    isTime(value["expiresAt"]) &&
    statuses.has(status) &&
    (answer === undefined || isAnswer(answer)) &&
    (status !== "approved" || (isAnswer(answer) && answer.verdict === "approve"))
  );
}

function isAnswer(value: unknown): value is ApprovalAnswer {
  return (
    isRecord(value) &&
    (value["verdict"] === "approve" || value["verdict"] === "deny") &&
    isParty(value["approver"]) &&
    isTime(value["at"])
  );
}

function isParty(value: unknown): value is Party {
  return isRecord(value) && isText(value["type"]) && isText(value["id"]);
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && isRfc3339(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
