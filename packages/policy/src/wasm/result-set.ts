import type { JsonValue } from "@scopeward/core";
import type { Evaluation } from "@scopeward/sdk";
import { toJson } from "../rego/json.ts";
import { parseRegoText } from "../rego/text.ts";
import { RegoObject, RegoSet } from "../rego/value.ts";

/**
 * Reads the result set of an evaluation, as `opa_value_dump` writes it: `set()` where the entrypoint
 * is undefined, else `{{"result": …}}`. Sets become arrays in Rego's order, which OPA's own JSON does
 * not give; an integer beyond 2^53 is rounded, as everywhere in JavaScript.
 */
export function readResultSet(text: string): Evaluation {
  if (text === "set()") {
    return { kind: "failed", code: "engine:undefined", detail: "the entrypoint is undefined" };
  }
  try {
    return { kind: "value", value: onlyResult(text) };
  } catch {
    return { kind: "failed", code: "engine:evaluation_failed", detail: "the result is malformed" };
  }
}

function onlyResult(text: string): unknown {
  const result = jsonOf(text.slice(1, -1));
  if (typeof result === "object" && result !== null && "result" in result) return result.result;
  return regoResult(text);
}

// Most results are JSON as they stand: no sets in them, and no keys but strings.
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function regoResult(text: string): JsonValue {
  const results = parseRegoText(text);
  const [result, second] = results instanceof RegoSet ? results.items : [];
  const value = result instanceof RegoObject ? result.get("result") : undefined;
  if (value === undefined || second !== undefined) throw new TypeError("no result set");
  return toJson(value, Number);
}
