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
  const { answers } = evaluation;
  if (each.wantResult === undefined) {
    return answers.length > 0 === each.wantDefined
      ? { kind: "passed" }
      : { kind: "failed", reason: each.wantDefined === true ? "it is undefined" : "it is defined" };
  }
  const wanted = distinct(each.wantResult.map((answer) => bindings(answer, each.sortBindings)));
  const found = distinct(answers.map((answer) => bindings(plain(answer), each.sortBindings)));
  if (isDeepStrictEqual(wanted, found)) return { kind: "passed" };
  return { kind: "failed", reason: `${short(found)} instead of ${short(wanted)}` };
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

/** As texts in order: the answers of WebAssembly are a set. */
function distinct(answers: readonly unknown[]): readonly string[] {
  return [...new Set(answers.map(sortText))].toSorted();
}

function short(answers: readonly string[]): string {
  return `\`${answers.join(", ").slice(0, 80)}\``;
}

function sortText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "bigint") return `${member}n`;
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
