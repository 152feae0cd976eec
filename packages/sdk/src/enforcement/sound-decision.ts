import type { Decision, Effect, JsonValue, Obligation, Reason } from "@scopeward/core";
import { engineDeny, isJsonObject } from "@scopeward/core";
import { plainJson } from "./plain-json.ts";

const maxBytes = 4 * 1024 * 1024;
const members = new Set(["effect", "reasons", "obligations", "args", "missingScopes"]);

/**
 * The Decision that a PDP answered with, as a frozen copy. Total: whatever is none is the deny
 * `engine:output_malformed`. An allow with reasons, or a deny without one, is none either.
 */
export function soundDecision(answer: unknown): Decision {
  const copy = plainJson(answer, maxBytes);
  if (copy.kind === "plain" && isDecision(copy.value)) return copy.value;
  return engineDeny("engine:output_malformed", "the policies' answer is no decision");
}

function isDecision(value: JsonValue): value is JsonValue & Decision {
  if (!isJsonObject(value) || !Object.keys(value).every((name) => members.has(name))) return false;
  const { effect, reasons, obligations, args, missingScopes } = value;
  return (
    isEffect(effect) &&
    isListOf(reasons, isReason) &&
    (effect === "allow") === (reasons.length === 0) &&
    isListOf(obligations, isObligation) &&
    (effect !== "deny" || (obligations.length === 0 && args === undefined)) &&
    (args === undefined || isJsonObject(args)) &&
    (missingScopes === undefined || isListOf(missingScopes, isText))
  );
}

function isEffect(value: JsonValue | undefined): value is Effect {
  return value === "allow" || value === "deny" || value === "require_approval";
}

function isReason(value: JsonValue): value is JsonValue & Reason {
  if (!isJsonObject(value)) return false;
  const { code, message, ...others } = value;
  return (
    typeof code === "string" &&
    code !== "" &&
    (message === undefined || typeof message === "string") &&
    Object.keys(others).length === 0
  );
}

function isObligation(value: JsonValue): value is JsonValue & Obligation {
  return isJsonObject(value) && typeof value["type"] === "string" && value["type"] !== "";
}

function isText(value: JsonValue): value is string {
  return typeof value === "string";
}

function isListOf<T extends JsonValue>(
  value: JsonValue | undefined,
  isMember: (member: JsonValue) => member is T,
): value is readonly T[] {
  return Array.isArray(value) && value.every((member) => isMember(member));
}
