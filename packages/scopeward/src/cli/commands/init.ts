import { Command, Option } from "commander";
import type { ProjectOptions } from "../command-options.ts";
import { addExample, addProjectOptions } from "../command-options.ts";
import type { DefineCommand } from "../command-definition.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Output } from "../output.ts";

interface InitOptions extends ProjectOptions {
  readonly format: "json" | "pretty";
  readonly ci?: "github";
}

/** `scopeward init`: a small working project. */
export const initCommand: DefineCommand = (output, finish) => {
  const command = new Command("init")
    .description("Make a small working project: a feature, its test, data and a configuration.")
    .argument("[dir]", "where to make it; what is there is never overwritten", ".");
  addProjectOptions(command, ["pretty", "json"]);
  addExample(command, "scopeward init --ci github");
  return command
    .addOption(
      new Option("--ci <service>", "add a workflow that checks and tests").choices(["github"]),
    )
    .action(async (folder: string, options: InitOptions) => {
      finish(await init(folder, options, output));
    });
};

async function init(folder: string, options: InitOptions, output: Output): Promise<ExitCode> {
  const { writeProject } = await import("../project-template.ts");
  const { created, skipped } = await writeProject(folder, { workflow: options.ci === "github" });
  if (options.format === "json") {
    output.json({ created, skipped });
    return exitCode.done;
  }
  for (const file of created) output.data(`created  ${file}\n`);
  for (const file of skipped) output.data(`skipped  ${file} (it is there already)\n`);
  const into = folder === "." ? "" : `cd ${folder} && `;
  output.note(
    `\nnext: ${into}scopeward check && scopeward test && scopeward eval --input request.json`,
  );
  return exitCode.done;
}
