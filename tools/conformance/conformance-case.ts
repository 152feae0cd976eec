import { parse } from "yaml";
import { opaModuleFiles } from "./opa-module.ts";

/** One of OPA's conformance cases, with the fields that its own runner reads. */
export interface ConformanceCase {
  /** The folder that the case is in: a builtin or a part of the language. */
  readonly group: string;
  readonly note: string;
  readonly query: string;
  readonly modules: readonly string[];
  readonly data?: unknown;
  /** JSON text. */
  readonly input?: string;
  /** A Rego term instead, which can say what JSON cannot: sets, for instance. */
  readonly inputTerm?: string;
  /** The bindings of each solution, in any order. */
  readonly wantResult?: readonly Readonly<Record<string, unknown>>[];
  readonly wantDefined?: boolean;
  readonly wantsError: boolean;
  /** Bindings that are lists are compared without their order. */
  readonly sortBindings: boolean;
  /** The case is about builtin errors that end the evaluation. */
  readonly strictError: boolean;
}

/** The cases, and which of them OPA itself leaves out on WebAssembly: note to reason. */
export interface ConformanceSuite {
  readonly cases: readonly ConformanceCase[];
  readonly exceptions: ReadonlyMap<string, string>;
}

const casesFolder = "v1/test/cases/testdata/v1/";
const exceptionsFile = "internal/wasm/sdk/test/e2e/exceptions.yaml";

/**
 * Reads all v1 cases of the pinned OPA module.
 * @throws ModuleUnavailable when the module cannot be had.
 */
export async function readConformanceSuite(): Promise<ConformanceSuite> {
  const files = await opaModuleFiles(
    (path) => path === exceptionsFile || (path.startsWith(casesFolder) && path.endsWith(".yaml")),
  );
  const cases: ConformanceCase[] = [];
  for (const [path, text] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (path === exceptionsFile) continue;
    const group = path.slice(casesFolder.length).split("/")[0]!;
    const document = parseYaml(text) as { readonly cases?: readonly RawCase[] };
    for (const raw of document.cases ?? []) cases.push(conformanceCase(group, raw));
  }
  const exceptions = parseYaml(files.get(exceptionsFile) ?? "{}") as Record<string, string>;
  return { cases, exceptions: new Map(Object.entries(exceptions)) };
}

interface RawCase {
  readonly note: string;
  readonly query: string;
  readonly modules?: readonly string[];
  readonly data?: unknown;
  readonly input?: unknown;
  readonly input_term?: string;
  readonly want_result?: readonly Readonly<Record<string, unknown>>[];
  readonly want_defined?: boolean;
  readonly want_error?: string;
  readonly want_error_code?: string;
  readonly sort_bindings?: boolean;
  readonly strict_error?: boolean;
}

function conformanceCase(group: string, raw: RawCase): ConformanceCase {
  const { input, input_term: inputTerm } = raw;
  return {
    group,
    note: raw.note,
    query: raw.query,
    modules: raw.modules ?? [],
    ...(raw.data === undefined || raw.data === null ? {} : { data: raw.data }),
    ...(input === undefined ? {} : { input: jsonText(input) }),
    ...(inputTerm === undefined ? {} : { inputTerm }),
    ...(raw.want_result === undefined ? {} : { wantResult: raw.want_result }),
    ...(raw.want_defined === undefined ? {} : { wantDefined: raw.want_defined }),
    wantsError: raw.want_error !== undefined || raw.want_error_code !== undefined,
    sortBindings: raw.sort_bindings ?? false,
    strictError: raw.strict_error ?? false,
  };
}

// Integers keep their digits. To the reader that OPA uses, `on` is a text.
function parseYaml(text: string): unknown {
  return parse(text, { version: "1.2", intAsBigInt: true, maxAliasCount: -1, uniqueKeys: false });
}

/** JSON text of what YAML gave, with all digits of its integers. */
export function jsonText(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, member]) => `${JSON.stringify(key)}:${jsonText(member)}`)
      .join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}
