import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Catalogue, Decision, JsonValue, Problem } from "@scopeward/core";
import type { Policy } from "@scopeward/policy";
import type { Compiler, EvaluateResult } from "@scopeward/sdk";
import { bundleSources, loadBundle } from "../bundle-loader.ts";
import { openPolicyCompiler } from "../policy-compiler.ts";
import type { LoadSettings } from "../resolve-options.ts";
import { settingsOf } from "../resolve-options.ts";
import { prettyProblem, printable } from "./formats/pretty.ts";
import { InvalidInput, reasonOf } from "./invalid-input.ts";
import type { Output } from "./output.ts";
import { describeSources } from "./policy-sources.ts";
import type { PolicySources } from "./policy-sources.ts";
import type { Project, Target } from "./project.ts";
import { benchFor } from "./workbench.ts";

/** A document of the policies, or that it is undefined. */
export type Evaluated = Exclude<EvaluateResult, { readonly kind: "refused" }>;

/** Policies that decide, whether they came as a folder or as a bundle. */
export interface PolicyTarget {
  readonly revision: string;
  readonly catalogue: Catalogue;
  readonly sources: PolicySources;
  /** Decides on the shipped evaluator. */
  decide(request: JsonValue | undefined): Decision;
  /** Builtins that the policies call, sorted. */
  builtins(): Promise<readonly string[]>;
  /**
   * Any document on the reference evaluator; `undefined` when it was refused, which is reported.
   * @throws InvalidInput when `query` is not Rego.
   */
  evaluate(query: string, input: JsonValue | undefined): Promise<Evaluated | undefined>;
  close(): Promise<void>;
}

/**
 * Opens what PATH names. What is wrong with it is reported; the answer is `undefined` then.
 * @throws InvalidInput when it cannot be read.
 */
export async function openPolicyTarget(
  target: Target,
  project: Project,
  output: Output,
): Promise<PolicyTarget | undefined> {
  const { configuration, plugins } = project;
  const options = configuration?.options ?? {};
  const settings = await settingsOf(options, configuration?.folder ?? process.cwd(), plugins);
  return target.kind === "folder"
    ? await openFolder(target.path, project, settings, output)
    : await openBundle(target.path, settings, output);
}

async function openFolder(
  path: string,
  project: Project,
  settings: LoadSettings,
  output: Output,
): Promise<PolicyTarget | undefined> {
  const bench = await benchFor(project, [path]);
  const lease = { open: () => Promise.resolve(bench.compiler), release: bench.close };
  try {
    const sources = await bench.read({});
    const built = await bench.compiler.build({ files: sources.files });
    // What was built a moment ago is not signed, and need not be.
    const loaded =
      built.kind === "built"
        ? await loadBundle(built.bundle, { ...settings, verify: undefined })
        : built;
    if (loaded.kind === "loaded") {
      return new OpenTarget(loaded.value, sources, lease, output);
    }
    report(loaded.problems, sources, output);
  } catch (error) {
    await bench.close();
    throw error;
  }
  await bench.close();
  return undefined;
}

async function openBundle(
  path: string,
  settings: LoadSettings,
  output: Output,
): Promise<PolicyTarget | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new InvalidInput(`\`${path}\` cannot be read: ${reasonOf(error)}`);
  });
  // Looking at a bundle is no release: the highest sequence seen stays as it is.
  const loaded = await loadBundle(bytes, { ...settings, state: undefined });
  if (loaded.kind === "refused") {
    report(loaded.problems, describeSources({}), output);
    output.note(`bundle \`${resolve(path)}\` is refused`);
    return undefined;
  }
  const sources = describeSources(await bundleSources(bytes));
  return new OpenTarget(loaded.value, sources, lazyCompiler(settings), output);
}

// What has a place and no file is in the query itself.
function refuseQuery(problems: readonly Problem[]): void {
  const own = problems.filter(({ file, row }) => file === undefined && row !== undefined);
  if (own.length === 0) return;
  throw new InvalidInput(
    own
      .map(({ column = 1, message }) => `\`--query\`, column ${column}: ${printable(message)}`)
      .join("\n"),
  );
}

function report(problems: readonly Problem[], sources: PolicySources, output: Output): void {
  for (const problem of problems.map(sources.locate)) {
    output.note(`${prettyProblem(problem, sources.lineOf, output.noteColors)}\n`);
  }
}

/** A compiler for whoever needs one. */
interface CompilerLease {
  open(): Promise<Compiler>;
  release(): Promise<void>;
}

// A decision by a bundle needs no compiler, so none is started before something asks for it.
function lazyCompiler(settings: LoadSettings): CompilerLease {
  let opened: Promise<Compiler> | undefined;
  return {
    open: async () => await (opened ??= openPolicyCompiler(settings.plugins)),
    release: async () => await (await opened)?.close(),
  };
}

class OpenTarget implements PolicyTarget {
  readonly revision: string;
  readonly catalogue: Catalogue;
  readonly sources: PolicySources;
  readonly #policy: Policy;
  readonly #lease: CompilerLease;
  readonly #output: Output;

  constructor(policy: Policy, sources: PolicySources, lease: CompilerLease, output: Output) {
    this.revision = policy.revision;
    this.catalogue = policy.catalogue;
    this.sources = sources;
    this.#policy = policy;
    this.#lease = lease;
    this.#output = output;
  }

  decide(request: JsonValue | undefined): Decision {
    return this.#policy.decide(request);
  }

  async builtins(): Promise<readonly string[]> {
    const compiler = await this.#lease.open();
    const result = await compiler.inspect({ files: this.sources.files });
    return result.kind === "inspected" ? result.builtins : [];
  }

  async evaluate(query: string, input: JsonValue | undefined): Promise<Evaluated | undefined> {
    const compiler = await this.#lease.open();
    const result = await compiler.evaluate({
      files: this.sources.files,
      query,
      explain: true,
      ...(input === undefined ? {} : { input }),
    });
    if (result.kind !== "refused") return result;
    refuseQuery(result.problems);
    report(result.problems, this.sources, this.#output);
    return undefined;
  }

  async close(): Promise<void> {
    this.#policy.close();
    await this.#lease.release();
  }
}
