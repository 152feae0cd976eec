import { canonicalJson, decisionSchema, engineDeny } from "@scopeward/core";
import type { Decision, JsonValue, Reason } from "@scopeward/core";
import { closedSchema } from "../closed-schema.ts";
import { plainDataFault } from "../request/json-writer.ts";

// An answer may hold the arguments of the request, and obligations around parts of it.
const limits = { bytes: 64 * 1024 * 1024, depth: 1_100 };

/** The check by the Decision's schema. */
export const decisionFault: ReturnType<typeof closedSchema> = closedSchema(decisionSchema);

/** A Decision as a policy writes it. */
type PolicyAnswer = Omit<Decision, "missingScopes"> & {
  readonly missing_scopes?: readonly string[];
};

/**
 * Reads what an evaluator answered. Total: never throws, and whatever is not a Decision by its
 * contract, order and distinctness included, is the deny `engine:output_malformed`.
 */
export function decodeDecision(answer: unknown): Decision {
  try {
    if (decisionFault(answer) === undefined) return decode(answer as PolicyAnswer);
  } catch {
    // An evaluator may be anybody's, and what it answers anything.
  }
  return engineDeny("engine:output_malformed");
}

function decode(answer: PolicyAnswer): Decision {
  const { effect, reasons, obligations, args, missing_scopes: missingScopes } = answer;
  // By far the most answers, and there is nothing more to look at.
  if (effect === "allow" && obligations.length === 0 && args === undefined) {
    return { effect, reasons: [], obligations: [] };
  }
  const isFit =
    plainDataFault(answer, limits) === undefined &&
    isAscending(reasons) &&
    isDistinct(obligations) &&
    isDistinct(missingScopes ?? []);
  if (!isFit) return engineDeny("engine:output_malformed");
  return {
    effect,
    reasons,
    obligations,
    ...(args === undefined ? {} : { args }),
    ...(missingScopes === undefined ? {} : { missingScopes }),
  };
}

function isAscending(reasons: readonly Reason[]): boolean {
  return reasons.every((reason, index) => {
    const before = reasons[index - 1];
    return before === undefined || compareReasons(before, reason) < 0;
  });
}

function compareReasons(a: Reason, b: Reason): number {
  return (
    compareText(a.code, b.code) ||
    compareText(a.message ?? "", b.message ?? "") ||
    Number(a.message !== undefined) - Number(b.message !== undefined)
  );
}

// Rego orders text by its bytes in UTF-8, JavaScript by UTF-16.
function compareText(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isDistinct(items: readonly JsonValue[]): boolean {
  return items.length < 2 || new Set(items.map(canonicalJson)).size === items.length;
}
