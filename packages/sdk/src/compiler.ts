import type { Catalogue, JsonValue, Problem } from "@scopeward/core";
import type { BuiltinDeclaration } from "./builtin.ts";

/**
 * A policy folder as text: path relative to the folder, forward slashes, to UTF-8 content. Holds
 * `*.rego`, `data.json`, `data.yaml`, `data.yml` and `schemas/**.json`; whatever else is ignored.
 */
export type PolicyFiles = Readonly<Record<string, string>>;

/** Options that all operations on sources share. */
export interface SourceOptions {
  readonly files: PolicyFiles;
  /** Parse as Rego v0, for repositories that have not moved on; Scopeward's own rules still hold. */
  readonly v0Compatible?: boolean;
}

/** The answer of `check`: `catalogue` is there when no problem is an error. */
export interface CheckResult {
  readonly problems: readonly Problem[];
  readonly catalogue?: Catalogue;
}

/** A built bundle (OPA's tar.gz), or why there is none. */
export type BuildResult =
  | {
      readonly kind: "built";
      /** The tar.gz; equal sources give equal bytes. */
      readonly bundle: Uint8Array;
      /** `sha256:<hex>` over the sorted list of path and digest of every file. */
      readonly revision: string;
      readonly catalogue: Catalogue;
      /** Bytes of each file in the bundle, uncompressed. */
      readonly sizes: Readonly<Record<string, number>>;
      readonly warnings: readonly Problem[];
    }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** How to sign a bundle as OPA does (`.signatures.json`). */
export interface SigningOptions {
  /** PEM (PKCS #8) or JWK text of the private key. */
  readonly key: string;
  /** JWS algorithm; found from the key where absent. */
  readonly algorithm?: string;
  readonly keyId?: string;
  /** Rises with every release; a loader refuses one below the highest it has seen. */
  readonly sequence?: number;
}

/** What came of one Rego test. */
export interface TestOutcome {
  /** As OPA writes it: `data.features.x_test`. */
  readonly package: string;
  readonly name: string;
  readonly outcome: "pass" | "fail" | "error" | "skip";
  readonly milliseconds: number;
  readonly file: string;
  readonly row: number;
  /** What `print` wrote. */
  readonly output?: string;
  /** The expression that was not true, with its variables. */
  readonly failure?: {
    readonly expression: string;
    readonly file: string;
    readonly row: number;
    readonly column: number;
    readonly locals: Readonly<Record<string, JsonValue>>;
    readonly trace?: string;
  };
  /** Why the outcome is `error`. */
  readonly problems?: readonly Problem[];
  /** Named cases of a `test_x[case]` rule: passed or not. */
  readonly cases?: Readonly<Record<string, boolean>>;
}

/** Lines of one file that tests reached, as ranges of rows, both ends included. */
export interface FileCoverage {
  readonly percent: number;
  readonly covered: readonly (readonly [number, number])[];
  readonly notCovered: readonly (readonly [number, number])[];
}

/** Coverage of the policies under test; the library that every bundle contains does not count. */
export interface Coverage {
  readonly percent: number;
  readonly files: Readonly<Record<string, FileCoverage>>;
}

/** The answer of `test`: outcomes, or the problems that kept the tests from running. */
export type TestResult =
  | {
      readonly kind: "ran";
      /** Sorted by file, row, name. */
      readonly tests: readonly TestOutcome[];
      readonly coverage?: Coverage;
    }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Options of `test`. */
export interface TestOptions extends SourceOptions {
  /** RE2 expression over `<package>.<name>`. */
  readonly run?: string;
  /** Milliseconds for one test, 5,000 by default. */
  readonly timeoutMs?: number;
  readonly coverage?: boolean;
}

/** One rule or package with its place and annotations. */
export interface InspectedEntry {
  /** `data.features.x.deny`. */
  readonly path: string;
  readonly file: string;
  readonly row: number;
  readonly column: number;
  readonly test?: boolean;
  readonly annotations?: Readonly<Record<string, JsonValue>>;
}

/** The answer of `inspect` on sources. */
export type InspectResult =
  | {
      readonly kind: "inspected";
      readonly packages: readonly InspectedEntry[];
      readonly rules: readonly InspectedEntry[];
      readonly catalogue: Catalogue;
      /** Builtins that the policies call, sorted. */
      readonly builtins: readonly string[];
    }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** The answer of `format`: the formatted text of each file that parses. */
export interface FormatResult {
  readonly formatted: PolicyFiles;
  readonly problems: readonly Problem[];
}

/** A rule that was evaluated and spoke, for `eval --explain`. */
export interface ExplainedRule {
  readonly path: string;
  readonly file: string;
  readonly row: number;
  readonly column: number;
  readonly value?: JsonValue;
}

/** The answer of the reference evaluator (OPA's topdown, strict about builtin errors). */
export type EvaluateResult =
  | { readonly kind: "value"; readonly value: JsonValue; readonly rules?: readonly ExplainedRule[] }
  | { readonly kind: "undefined"; readonly rules?: readonly ExplainedRule[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** Options of `evaluate`. */
export interface EvaluateOptions extends SourceOptions {
  /** A document such as `data.scopeward.decision`. */
  readonly query: string;
  readonly input?: JsonValue;
  readonly timeoutMs?: number;
  readonly explain?: boolean;
}

/**
 * The compiler (port version 1): Rego in, PolicyBundle out. All operations may be called
 * concurrently; they run one after another in a worker that stays warm. A rejection is a fault of
 * the compiler itself (`CompilerError`), never a mistake in the sources.
 */
export interface Compiler {
  /** All problems at once: OPA's strict check and Scopeward's own rules. */
  check(options: SourceOptions): Promise<CheckResult>;
  /** Checks, evaluates the catalogue, and compiles to WebAssembly and plan in one bundle. */
  build(options: SourceOptions & { readonly sign?: SigningOptions }): Promise<BuildResult>;
  /** OPA's own test runner with library and catalogue at hand. */
  test(options: TestOptions): Promise<TestResult>;
  /** OPA's formatter. */
  format(options: SourceOptions): Promise<FormatResult>;
  inspect(options: SourceOptions): Promise<InspectResult>;
  /** Evaluates one document with the reference evaluator. */
  evaluate(options: EvaluateOptions): Promise<EvaluateResult>;
  /** Ends the worker; pending operations reject with `closed`. */
  close(): Promise<void>;
}

/** What a compiler must know of the host that will run its bundles. */
export interface CompilerHost {
  /** Names of OPA builtins that the evaluator supplies in TypeScript. */
  readonly hostBuiltins: readonly string[];
  /** Builtins of plugins, by declaration. */
  readonly pluginBuiltins: readonly BuiltinDeclaration[];
  /** Modules (file URLs) that default-export the plugins, for operations that call a builtin. */
  readonly pluginModules: readonly string[];
}
