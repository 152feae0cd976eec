import { accessRequestSchema } from "@scopeward/core";
import type { JsonValue, Problem } from "@scopeward/core";
import type {
  BuildResult,
  CheckResult,
  EvaluateOptions,
  EvaluateResult,
  ExplainedRule,
  FormatResult,
  InspectResult,
  SourceOptions,
  TestOptions,
  TestResult,
} from "@scopeward/sdk";
import { buildBundle } from "./build-bundle.ts";
import { readLibrary } from "./reactor/library.ts";
import { ReactorSession } from "./reactor/session.ts";
import type { OptionsOf, ThreadData } from "./thread-message.ts";

/** The operations of the compiler on one instance of the reactor. They must not overlap. */
export class Operations {
  readonly #session: ReactorSession;
  /** Members that every request has. */
  readonly #host: object;

  constructor({ hostBuiltins, pluginBuiltins, pluginModules }: ThreadData) {
    this.#session = new ReactorSession(pluginModules);
    this.#host = {
      hostBuiltins,
      pluginBuiltins,
      inputSchema: accessRequestSchema,
      library: readLibrary(),
    };
  }

  async warm(): Promise<void> {
    await this.#session.warm();
  }

  async check(options: SourceOptions): Promise<CheckResult> {
    return await this.#call<CheckResult>("check", options);
  }

  async build(options: OptionsOf<"build">): Promise<BuildResult> {
    const { sign, ...sources } = options;
    return await buildBundle(sources, sign, async (op, request) => await this.#call(op, request));
  }

  async test(options: TestOptions): Promise<TestResult> {
    await this.#session.loadPlugins();
    const { refused, problems, tests, coverage } = await this.#call<TestAnswer>(
      "test",
      inWholeMilliseconds(options),
    );
    if (refused) return { kind: "refused", problems };
    return { kind: "ran", tests, ...(coverage === undefined ? {} : { coverage }) };
  }

  async format(options: SourceOptions): Promise<FormatResult> {
    return await this.#call<FormatResult>("format", options);
  }

  async inspect(options: SourceOptions): Promise<InspectResult> {
    const answer = await this.#call<InspectAnswer>("inspect", options);
    const { problems, packages, rules, catalogue, builtins } = answer;
    if (problems !== undefined) return { kind: "refused", problems };
    return { kind: "inspected", packages, rules, catalogue, builtins };
  }

  async evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
    await this.#session.loadPlugins();
    const answer = await this.#call<EvaluateAnswer>("evaluate", inWholeMilliseconds(options));
    const { problems, defined, value, rules } = answer;
    if (problems !== undefined) return { kind: "refused", problems };
    const spoken = rules === undefined ? {} : { rules };
    return defined ? { kind: "value", value, ...spoken } : { kind: "undefined", ...spoken };
  }

  // What the module answers is as trustworthy as this code: both are of this package.
  async #call<T>(op: string, request: object): Promise<T> {
    return (await this.#session.call({ ...request, ...this.#host, op })) as T;
  }
}

// The module reads a whole number, and takes none, or 0, as the default.
function inWholeMilliseconds<T extends { readonly timeoutMs?: number }>(options: T): T {
  const { timeoutMs } = options;
  return timeoutMs === undefined ? options : { ...options, timeoutMs: Math.ceil(timeoutMs) };
}

type Refusable<T> = { readonly problems?: readonly Problem[] } & T;

type TestAnswer = Omit<Extract<TestResult, { kind: "ran" }>, "kind"> & {
  readonly refused: boolean;
  readonly problems: readonly Problem[];
};

type InspectAnswer = Refusable<Omit<Extract<InspectResult, { kind: "inspected" }>, "kind">>;

type EvaluateAnswer = Refusable<{
  readonly defined: boolean;
  readonly value: JsonValue;
  readonly rules?: readonly ExplainedRule[];
}>;
