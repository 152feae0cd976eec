import { isDeepStrictEqual } from "node:util";
import type { JsonValue } from "@scopeward/core";
import { RegoObject, RegoSet } from "../../packages/policy/src/rego/value.ts";
import type { RegoValue } from "../../packages/policy/src/rego/value.ts";
import type { CompiledCase } from "./case-compiler.ts";
import type { CaseEvaluation } from "./case-evaluation.ts";
import type { ConformanceCase } from "./conformance-case.ts";

/** What came of a case; a failure and a skip say why. */
export type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "skipped"; readonly reason: string };

/** Whether a refusal is what the case wants. */
export function refusalVerdict(
  each: ConformanceCase,
  { problems }: Extract<CompiledCase, { kind: "refused" }>,
): Verdict {
  const codes = [...new Set(problems.map(({ code, message }) => `${code}: ${message}`))];
  // Built without what is missing, the case was not tried: even an error that it wants is another.
  const isMissing = problems.some(({ code }) => code === "builtin_missing");
  if (each.wantsError && !isMissing && problems.length > 0) return { kind: "passed" };
  return { kind: "failed", reason: codes[0] ?? "it was refused without a reason" };
}

/** Whether an evaluation is what the case wants. */
export function evaluationVerdict(each: ConformanceCase, evaluation: CaseEvaluation): Verdict {
  if (evaluation.kind === "unsupported") return { kind: "failed", reason: evaluation.reason };
  if (each.wantsError) {
    if (evaluation.kind === "failed") return { kind: "passed" };
    return { kind: "failed", reason: "an error was wanted, there was none" };
  }
  if (evaluation.kind === "failed") return { kind: "failed", reason: evaluation.reason };
  const solutions = listOf(evaluation.value);
  if (each.wantResult === undefined) {
    return solutions.length > 0 === each.wantDefined
      ? { kind: "passed" }
      : { kind: "failed", reason: each.wantDefined === true ? "it is undefined" : "it is defined" };
  }
  const wanted = each.wantResult.map((solution) => bindings(solution, each.sortBindings));
  const found = solutions.map((solution) => bindings(plain(solution), each.sortBindings));
  return sameInAnyOrder(wanted, found)
    ? { kind: "passed" }
    : { kind: "failed", reason: "the result is another" };
}

function listOf(value: RegoValue): readonly RegoValue[] {
  if (value instanceof RegoSet) return value.items;
  return Array.isArray(value) ? (value as readonly RegoValue[]) : [value];
}

/** JSON as OPA writes it: sets as lists in Rego's order, keys as text; whole numbers as bigints. */
function plain(value: RegoValue): unknown {
  if (value instanceof RegoSet) return value.items.map(plain);
  if (value instanceof RegoObject) {
    return Object.fromEntries(
      value.entries.map(([key, member]) => [
        typeof key === "string" ? key : JSON.stringify(plainKey(key)),
        plain(member),
      ]),
    );
  }
  if (Array.isArray(value)) return (value as readonly RegoValue[]).map(plain);
  return whole(value);
}

function plainKey(key: RegoValue): JsonValue {
  return JSON.parse(
    JSON.stringify(plain(key), (_, member: unknown) =>
      typeof member === "bigint" ? Number(member) : member,
    ),
  ) as JsonValue;
}

function bindings(solution: unknown, sorted: boolean): unknown {
  const comparable = whole(solution) as Readonly<Record<string, unknown>>;
  // Variables that the compiler made up are nobody's.
  const named = Object.entries(comparable).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(
    named.map(([name, value]) => [
      name,
      sorted && Array.isArray(value)
        ? value.toSorted((a, b) => (sortText(a) < sortText(b) ? -1 : 1))
        : value,
    ]),
  );
}

// What YAML read as a number and what Rego did may differ in type alone.
function whole(value: unknown): unknown {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, whole(member)]));
  }
  return value;
}

function sameInAnyOrder(wanted: readonly unknown[], found: readonly unknown[]): boolean {
  const rest = [...found];
  for (const each of wanted) {
    const index = rest.findIndex((other) => isDeepStrictEqual(each, other));
    if (index === -1) return false;
    rest.splice(index, 1);
  }
  return rest.length === 0;
}

function sortText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "bigint" ? `${member}n` : member,
  );
}
