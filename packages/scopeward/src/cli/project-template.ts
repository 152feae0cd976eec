import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { configurationNames } from "../configuration-file.ts";
import { InvalidInput, reasonOf } from "./invalid-input.ts";
import { packageVersion } from "./package-version.ts";
import { templateFiles } from "./template-files.ts";

/** Which files of the template were made, and which were there; paths as shown to people. */
export interface WrittenProject {
  readonly created: readonly string[];
  readonly skipped: readonly string[];
}

/**
 * Writes the small project of `scopeward init`. A file that is there is left as it is.
 * @throws InvalidInput when the folder cannot be made or written.
 */
export async function writeProject(
  folder: string,
  options: { readonly workflow: boolean },
): Promise<WrittenProject> {
  await makeFolder(folder);
  const configuration = await configurationName(folder);
  const files = templateFiles({
    configuration: configuration.name,
    workflow: options.workflow,
    version: packageVersion(),
  });
  const created: string[] = [];
  const skipped: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    const isTaken = name === configuration.name && configuration.exists;
    const isNew = !isTaken && (await writeNew(path, text));
    (isNew ? created : skipped).push(path);
  }
  return { created, skipped };
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await makePath(resolve(folder));
  } catch (error) {
    throw new InvalidInput(`folder \`${folder}\` cannot be made: ${reasonOf(error)}`);
  }
}

// Node's own recursive `mkdir` never ends in a folder that is there and takes no entries, as `/proc`.
async function makePath(folder: string): Promise<void> {
  if (await isThere(folder)) {
    await readdir(folder); // fails on what is no folder
    return;
  }
  await makePath(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    // Somebody else was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
}

// `wx` and not a look before: nothing that appears in between is overwritten either.
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await makePath(dirname(resolve(path)));
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && (await isThere(path))) return false;
    throw new InvalidInput(`\`${path}\` cannot be written: ${reasonOf(error)}`);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

// Node reads `.ts` as an ES module only where the nearest package.json says so; `.mts` always works.
async function configurationName(
  folder: string,
): Promise<{ readonly name: string; readonly exists: boolean }> {
  for (const name of configurationNames) {
    if (await isThere(join(folder, name))) return { name, exists: true };
  }
  const isModule = (await nearestPackageType(resolve(folder))) === "module";
  return { name: `scopeward.config.${isModule ? "ts" : "mts"}`, exists: false };
}

async function nearestPackageType(folder: string): Promise<unknown> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const text = await readFile(join(at, "package.json"), "utf8");
      return (JSON.parse(text) as { readonly type?: unknown }).type;
    } catch (error) {
      // A package.json that is not JSON: Node would not take it for a module either.
      if (error instanceof SyntaxError) return undefined;
    }
    if (dirname(at) === at) return undefined;
  }
}
