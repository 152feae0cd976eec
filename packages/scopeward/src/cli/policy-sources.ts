import { join, sep } from "node:path";
import type { Problem } from "@scopeward/core";
import { readPolicyFolder } from "@scopeward/policy/policy-folder";
import type { PolicyFiles } from "@scopeward/sdk";
import { InvalidInput } from "./invalid-input.ts";

/** Policies as the compiler takes them, and where each file lies for the person who asked. */
export interface PolicySources {
  readonly files: PolicyFiles;
  /** The path to show for a file of the policy set; other texts are given back as they are. */
  readonly place: (file: string) => string;
  /** The problem with its file as a path from the current folder. */
  readonly locate: (problem: Problem) => Problem;
  /** Row `row` (from 1) of the file behind a shown path. */
  readonly lineOf: (place: string, row: number) => string | undefined;
}

/**
 * Reads folders of policies as one policy set, as `opa` does with several paths.
 * @param ignore - globs; one without `/` is for names anywhere, one with it for paths.
 * @throws InvalidInput when a folder or file cannot be read, or two folders hold the same file.
 */
export async function readSources(
  folders: readonly string[],
  ignore: readonly string[] = [],
): Promise<PolicySources> {
  const globs = ignoreGlobs(ignore);
  const files: Record<string, string> = {};
  const places = new Map<string, string>();
  for (const folder of folders) {
    const read = await readPolicyFolder(folder, { ignore: globs });
    if (read.kind === "unreadable") throw unreadable(folder, read.problems);
    for (const [file, text] of Object.entries(read.files)) {
      const place = displayPath(folder, file);
      const taken = places.get(file);
      if (taken !== undefined && taken !== place) {
        throw new InvalidInput(
          `\`${taken}\` and \`${place}\` have the same place in the policy set: run the command on one folder at a time`,
        );
      }
      files[file] = text;
      places.set(file, place);
    }
  }
  return describeSources(files, places);
}

/** The globs that policy folders are read with, for `--ignore` patterns. */
export function ignoreGlobs(patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const glob = pattern.replace(/^\.\//u, "").replace(/\/$/u, "");
    return glob.includes("/") ? [glob] : [glob, `**/${glob}`];
  });
}

/** Policies whose files are shown as `places` says, else by their own path. */
export function describeSources(
  files: PolicyFiles,
  places: ReadonlyMap<string, string> = new Map(),
): PolicySources {
  const keys = new Map([...places].map(([file, place]) => [place, file]));
  const place = (file: string): string => places.get(file) ?? file;
  const rows = new Map<string, readonly string[]>();
  return {
    files,
    place,
    locate: (problem) =>
      problem.file === undefined ? problem : { ...problem, file: place(problem.file) },
    lineOf: (shown, row) => {
      const text = files[keys.get(shown) ?? shown];
      if (text === undefined) return undefined;
      const lines = rows.get(shown) ?? text.split(/\r?\n/u);
      rows.set(shown, lines);
      return lines[row - 1];
    },
  };
}

function displayPath(folder: string, file: string): string {
  return join(folder, file).split(sep).join("/");
}

function unreadable(folder: string, problems: readonly Problem[]): InvalidInput {
  const lines = problems.map(({ file, message }) => {
    const place = file === undefined || file === folder ? folder : displayPath(folder, file);
    return `\`${place}\` ${message}`;
  });
  return new InvalidInput(lines.join("\n"));
}
