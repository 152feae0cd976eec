import { openCaseCompiler } from "./case-compiler.ts";
import { evaluateCase } from "./case-evaluation.ts";
import type { ConformanceCase, ConformanceSuite } from "./conformance-case.ts";
import { evaluationVerdict, refusalVerdict } from "./verdict.ts";
import type { Verdict } from "./verdict.ts";

/** A case and what came of it. */
export interface CaseResult {
  readonly each: ConformanceCase;
  readonly verdict: Verdict;
}

// Refused wherever Scopeward checks policies: they do input and output.
const refusedBuiltins = /\b(?:http\.send|net\.lookup_ip_addr|opa\.runtime)\(/u;

/**
 * Compiles and evaluates cases one after another.
 * @param watch - told after each.
 */
export async function runCases(
  { cases, exceptions }: ConformanceSuite,
  watch: (done: number) => void = () => undefined,
): Promise<readonly CaseResult[]> {
  const compiler = await openCaseCompiler();
  const results: CaseResult[] = [];
  for (const each of cases) {
    results.push({ each, verdict: skipOf(each, exceptions) ?? (await run(each)) });
    watch(results.length);
  }
  return results;

  async function run(each: ConformanceCase): Promise<Verdict> {
    const compiled = await compiler.compile(each);
    if (compiled.kind === "refused") return refusalVerdict(each, compiled);
    const input = compiler.inputText(each);
    return evaluationVerdict(each, await evaluateCase(compiled, input, each.strictError));
  }
}

function skipOf(
  each: ConformanceCase,
  exceptions: ReadonlyMap<string, string>,
): Verdict | undefined {
  const excepted = exceptions.get(each.note);
  if (excepted !== undefined) return { kind: "skipped", reason: `OPA excepts it: ${excepted}` };
  const refused = refusedBuiltins.exec([each.query, ...each.modules].join("\n"));
  if (refused === null) return undefined;
  return { kind: "skipped", reason: `\`${refused[0].slice(0, -1)}\` is refused: it does I/O` };
}
