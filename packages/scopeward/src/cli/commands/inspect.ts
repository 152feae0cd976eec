import type { Catalogue } from "@scopeward/core";
import { Command } from "commander";
import type { ReadingOptions } from "../command-options.ts";
import { addExample, addProjectOptions } from "../command-options.ts";
import type { DefineCommand } from "../command-definition.ts";
import { exitCode } from "../exit-code.ts";
import type { ExitCode } from "../exit-code.ts";
import { printable } from "../formats/pretty.ts";
import type { Output } from "../output.ts";
import { findTargets, openProject } from "../project.ts";

interface InspectOptions extends ReadingOptions {
  readonly format: "json" | "pretty";
}

/** What `inspect` tells of one scope (contract). */
interface InspectedScope {
  readonly scope: string;
  readonly title?: string;
  readonly tools: readonly string[];
  readonly models: readonly string[];
  readonly audiences: readonly string[];
  readonly risk?: string;
}

/** What `inspect` tells of one feature (contract). */
interface InspectedFeature {
  readonly name: string;
  readonly title?: string;
  readonly scopes: readonly InspectedScope[];
}

/** `scopeward inspect`: what policies or a bundle declare. */
export const inspectCommand: DefineCommand = (output, finish) => {
  const command = new Command("inspect")
    .description("Show features, scopes, tools, models, audiences, builtins and revision.")
    .argument("[path]", "folder of policies or bundle file (default: policies)");
  addProjectOptions(command, ["pretty", "json"]);
  addExample(command, "scopeward inspect policies --json");
  return command.action(async (path: string | undefined, options: InspectOptions) => {
    finish(await inspect(path, options, output));
  });
};

async function inspect(
  path: string | undefined,
  options: InspectOptions,
  output: Output,
): Promise<ExitCode> {
  const project = await openProject(options);
  const [target] = await findTargets(
    path === undefined ? [] : [path],
    project,
    "folders-and-bundles",
  );
  const { openPolicyTarget } = await import("../policy-target.ts");
  const opened = await output.progress("reading", openPolicyTarget(target!, project, output));
  if (opened === undefined) return exitCode.failed;
  const { catalogue, revision } = opened;
  const builtins = await opened.builtins();
  await opened.close();
  const features = describe(catalogue);
  if (options.format === "json") output.json({ revision, features, builtins });
  else output.data(pretty(revision, features, builtins, output.colors));
  return exitCode.done;
}

function describe(catalogue: Catalogue): readonly InspectedFeature[] {
  return Object.entries(catalogue.features).map(([name, feature]) => ({
    name,
    ...(feature.title === undefined ? {} : { title: feature.title }),
    scopes: feature.scopes.map((scope) => describeScope(scope, catalogue)),
  }));
}

function describeScope(scope: string, catalogue: Catalogue): InspectedScope {
  const found = catalogue.scopes[scope];
  return {
    scope,
    ...(found?.title === undefined ? {} : { title: found.title }),
    tools: found?.tools ?? [],
    models: found?.models ?? [],
    audiences: found?.audiences ?? [],
    ...(found?.risk === undefined ? {} : { risk: found.risk }),
  };
}

function pretty(
  revision: string,
  features: readonly InspectedFeature[],
  builtins: readonly string[],
  colors: Output["colors"],
): string {
  const lines = [`revision  ${revision}`, `builtins  ${builtins.join(", ") || "none"}`];
  for (const { name, title, scopes } of features) {
    const heading = title === undefined ? "" : `  ${printable(title)}`;
    lines.push("", `${colors.bold(printable(name))}${heading}`);
    for (const scope of scopes) {
      const about = [scope.title, scope.risk && `risk ${scope.risk}`, scope.audiences.join(", ")];
      const shown = printable(about.filter(Boolean).join("; "));
      lines.push(`  ${colors.cyan(printable(scope.scope))}  ${shown}`);
      if (scope.tools.length > 0) lines.push(`    tools   ${printable(scope.tools.join(", "))}`);
      if (scope.models.length > 0) lines.push(`    models  ${printable(scope.models.join(", "))}`);
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}
