import { faultDetail } from "../../packages/policy/src/wasm/fault-detail.ts";
import type { BuiltinFunction } from "../../packages/policy/src/builtins/builtin-function.ts";
import { parseRegoText } from "../../packages/policy/src/rego/text.ts";
import { RegoObject, RegoSet } from "../../packages/policy/src/rego/value.ts";
import type { RegoValue } from "../../packages/policy/src/rego/value.ts";
import type { ImportedBuiltin } from "../../packages/policy/src/wasm/builtin-calls.ts";
import { compilePolicy } from "../../packages/policy/src/wasm/compiled-policy.ts";
import { authorName, builtinResolver } from "../../packages/policy/src/wasm/host-builtins.ts";
import { newInstance, PolicyImage } from "../../packages/policy/src/wasm/policy-image.ts";

/** What the shipped evaluator made of a query: the bindings of each answer, or why it failed. */
export type CaseEvaluation =
  | { readonly kind: "answers"; readonly answers: readonly RegoValue[] }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "unsupported"; readonly reason: string };

/**
 * Runs one module on the parts that the shipped evaluator is made of. It differs from a decision in
 * two ways: sets stay sets in the answer, and where the case is not strict about builtin errors, a
 * builtin that fails is undefined, as OPA's runner has it.
 */
export async function evaluateCase(
  module: { readonly wasm: Uint8Array; readonly dataText: string; readonly entrypoint: string },
  input: string,
  isStrict: boolean,
): Promise<CaseEvaluation> {
  const compilation = await compilePolicy({ ...module, revision: "" });
  if (compilation.kind === "refused") {
    return {
      kind: "unsupported",
      reason: compilation.problems.map(({ message }) => message).join(),
    };
  }
  const { source, dataText } = compilation.policy;
  try {
    const first = newInstance(source, []);
    const names = JSON.parse(first.jsonText(first.exports.builtins())) as Record<string, number>;
    const missing: string[] = [];
    const builtins: ImportedBuiltin[] = [];
    const resolve = builtinResolver();
    for (const [imported, id] of Object.entries(names)) {
      const evaluate = resolve(imported);
      const name = authorName(imported);
      if (evaluate === undefined) missing.push(name);
      else builtins[id] = { name, evaluate: isStrict ? evaluate : lenient(evaluate) };
    }
    if (missing.length > 0) {
      return {
        kind: "unsupported",
        reason: `no builtin ${missing.map((name) => `\`${name}\``).join(", ")}`,
      };
    }
    const image = PolicyImage.load(source, builtins, dataText);
    return run(image, entrypointId(first, module.entrypoint), input);
  } catch (error) {
    return { kind: "failed", reason: faultDetail(error) };
  }
}

type Instance = ReturnType<typeof newInstance>;

function entrypointId(instance: Instance, entrypoint: string): number {
  const { exports } = instance;
  const ids = JSON.parse(instance.jsonText(exports.entrypoints())) as Record<string, number>;
  const id = ids[entrypoint];
  if (id === undefined) throw new RangeError(`there is no entrypoint ${entrypoint}`);
  return id;
}

const valueFormat = 1;

function run(image: PolicyImage, entrypoint: number, input: string): CaseEvaluation {
  const instance = image.instantiate();
  const { data, free } = image.heap;
  const length = instance.memory.write(input, free);
  const address = instance.exports.opa_eval(
    0,
    entrypoint,
    data,
    free,
    length,
    free + length,
    valueFormat,
  );
  const text = instance.memory.read(address);
  const { failedBuiltin } = instance;
  if (failedBuiltin !== undefined) return { kind: "failed", reason: `${failedBuiltin} failed` };
  return { kind: "answers", answers: answersOf(parseRegoText(text)) };
}

// The result set of the entrypoint holds one value, which is the set of the query's answers.
function answersOf(resultSet: RegoValue): readonly RegoValue[] {
  const [first] = itemsOf(resultSet);
  return first instanceof RegoObject ? itemsOf(first.get("result")) : [];
}

function itemsOf(value: RegoValue | undefined): readonly RegoValue[] {
  if (value instanceof RegoSet) return value.items;
  return Array.isArray(value) ? (value as readonly RegoValue[]) : [];
}

function lenient(evaluate: BuiltinFunction): BuiltinFunction {
  return (...operands) => {
    try {
      return evaluate(...operands);
    } catch {
      return undefined;
    }
  };
}
