import type { Compiler } from "@scopeward/sdk";
import { openPolicyCompiler } from "../policy-compiler.ts";
import type { ProjectOptions, ReadingOptions } from "./command-options.ts";
import type { ExitCode } from "./exit-code.ts";
import { InvalidInput } from "./invalid-input.ts";
import type { Output } from "./output.ts";
import { readSources } from "./policy-sources.ts";
import type { PolicySources } from "./policy-sources.ts";
import { findTargets, openProject } from "./project.ts";
import type { Project } from "./project.ts";

/** What a command on sources works with: the compiler, and the folders it was pointed at. */
export interface Workbench {
  readonly project: Project;
  readonly compiler: Compiler;
  readonly folders: readonly string[];
  /**
   * Reads the folders anew.
   * @throws InvalidInput when they cannot be read or hold no policy.
   */
  read(options: ReadingOptions & { readonly mayBeEmpty?: boolean }): Promise<PolicySources>;
  /** Runs `once` now and after every change, until the process is asked to end. */
  watch(options: ReadingOptions, once: () => Promise<ExitCode>, output: Output): Promise<ExitCode>;
  /** Ends the compiler. */
  readonly close: () => Promise<void>;
}

/** Opens configuration, plugins and compiler for a command on folders of policies. */
export async function openWorkbench(
  options: ProjectOptions,
  paths: readonly string[],
): Promise<Workbench> {
  const project = await openProject(options);
  const targets = await findTargets(paths, project, "folders");
  return await benchFor(
    project,
    targets.map(({ path }) => path),
  );
}

/** As {@link openWorkbench}, for folders that are known already. */
export async function benchFor(project: Project, folders: readonly string[]): Promise<Workbench> {
  const configured = project.configuration?.options;
  // The compiler takes a moment to start: let it, while the folders are read.
  const compiler = await openPolicyCompiler(project.plugins);
  const ignored = (own: readonly string[] = []): readonly string[] => [
    ...(configured?.ignore ?? []),
    ...own,
  ];
  return {
    project,
    compiler,
    folders,
    async read({ ignore, mayBeEmpty = false }) {
      const sources = await readSources(folders, ignored(ignore));
      if (!mayBeEmpty && !Object.keys(sources.files).some((file) => file.endsWith(".rego"))) {
        throw new InvalidInput(
          `no Rego file in ${folders.map((folder) => `\`${folder}\``).join(", ")}: give the folder of your policies, or run \`scopeward init\``,
        );
      }
      return sources;
    },
    async watch({ ignore }, once, output) {
      const { runOnChange } = await import("./watch.ts");
      return await runOnChange(folders, ignored(ignore), once, output);
    },
    close: async () => await compiler.close(),
  };
}
