import { isJsonObject, isRfc3339 } from "@scopeward/core";
import type { JsonObject, JsonValue, Party, Reason } from "@scopeward/core";
import type {
  ApprovalAnswer,
  ApprovalRecord,
  ApprovalRequest,
  ApprovalStatus,
} from "@scopeward/sdk";

/** Every status, in the order of a record's life. */
export const approvalStatuses: readonly ApprovalStatus[] = [
  "pending",
  "approved",
  "denied",
  "consumed",
  "expired",
];

/** Characters that a person may add to an answer. */
export const longestNote = 1_000;

/** Whether a text can be the id of an approval. */
export function isApprovalId(id: unknown): id is string {
  return typeof id === "string" && /^[A-Za-z0-9_-]{22,128}$/u.test(id);
}

/**
 * A time in milliseconds since 1970.
 * @throws TypeError for what is not RFC 3339 in UTC: no comparison with it would ever be true.
 */
export function timeMs(time: unknown): number {
  if (typeof time !== "string" || !time.endsWith("Z") || !isRfc3339(time)) {
    throw new TypeError("a time of an approval is not RFC 3339 in UTC");
  }
  return Date.parse(time);
}

/** A copy as plain data. @throws TypeError for what is not JSON. */
export function plainCopy(value: unknown): JsonValue {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError("an approval is not JSON");
  return JSON.parse(text) as JsonValue;
}

/** Reads a question. @throws TypeError naming the member that is malformed, never its value. */
export function parseRequest(value: unknown): ApprovalRequest {
  const members = object(value, "request");
  const { resource, id } = members;
  if (!isApprovalId(id)) throw malformed("id");
  const action = object(members["action"], "action");
  const type = action["type"];
  if (type !== "tool" && type !== "model") throw malformed("action.type");
  return {
    id,
    binding: textOf(members, "binding"),
    tenant: textOf(members, "tenant"),
    keyId: textOf(members, "keyId"),
    subject: party(members["subject"], "subject"),
    actors: list(members["actors"], "actors").map((actor) => party(actor, "actors")),
    action: { type, name: textOf(action, "name") },
    ...(resource === undefined ? {} : { resource: party(resource, "resource") }),
    args: object(members["args"], "args"),
    codes: list(members["codes"], "codes").map((code) => string(code, "codes")),
    reasons: list(members["reasons"], "reasons").map(reason),
    createdAt: timeOf(members, "createdAt"),
    expiresAt: timeOf(members, "expiresAt"),
  };
}

/** Reads what a person said. @throws TypeError as {@link parseRequest}. */
export function parseAnswer(value: unknown): ApprovalAnswer {
  const members = object(value, "answer");
  const { verdict, note } = members;
  if (verdict !== "approve" && verdict !== "deny") throw malformed("verdict");
  if (note !== undefined && string(note, "note").length > longestNote) throw malformed("note");
  return {
    verdict,
    approver: party(members["approver"], "approver"),
    at: timeOf(members, "at"),
    ...(note === undefined ? {} : { note: string(note, "note") }),
  };
}

/**
 * Reads a whole record. A status that its answer does not bear out is malformed: an `approved` stands
 * only on somebody's yes.
 * @throws TypeError as {@link parseRequest}.
 */
export function parseRecord(request: unknown, status: unknown, answer: unknown): ApprovalRecord {
  const known = approvalStatuses.find((each) => each === status);
  if (known === undefined) throw malformed("status");
  const said = answer === undefined ? undefined : parseAnswer(answer);
  if (!verdictsOf[known].includes(said?.verdict)) throw malformed("answer");
  return {
    ...parseRequest(request),
    status: known,
    ...(said === undefined ? {} : { answer: said }),
  };
}

type Verdict = ApprovalAnswer["verdict"] | undefined;

const verdictsOf: Readonly<Record<ApprovalStatus, readonly Verdict[]>> = {
  pending: [undefined],
  approved: ["approve"],
  denied: ["deny"],
  consumed: ["approve"],
  expired: [undefined, "approve"],
};

function malformed(member: string): TypeError {
  return new TypeError(`the member \`${member}\` of an approval is malformed`);
}

function object(value: unknown, member: string): JsonObject {
  if (!isJsonObject(value)) throw malformed(member);
  return value;
}

function list(value: unknown, member: string): readonly JsonValue[] {
  if (!Array.isArray(value)) throw malformed(member);
  return value as readonly JsonValue[];
}

function string(value: unknown, member: string): string {
  if (typeof value !== "string") throw malformed(member);
  return value;
}

function textOf(members: JsonObject, member: string): string {
  const value = members[member];
  if (typeof value !== "string" || value === "") throw malformed(member);
  return value;
}

function timeOf(members: JsonObject, member: string): string {
  const value = textOf(members, member);
  timeMs(value);
  return value;
}

function party(value: unknown, member: string): Party {
  const members = object(value, member);
  const { properties } = members;
  return {
    type: textOf(members, "type"),
    id: textOf(members, "id"),
    ...(properties === undefined ? {} : { properties: object(properties, member) }),
  };
}

function reason(value: JsonValue): Reason {
  const members = object(value, "reasons");
  const { message } = members;
  return {
    code: textOf(members, "code"),
    ...(message === undefined ? {} : { message: string(message, "reasons") }),
  };
}
