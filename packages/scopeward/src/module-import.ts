import { stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ScopewardError } from "./scopeward-error.ts";
import type { ScopewardErrorCode } from "./scopeward-error.ts";

/** A user's module: where it is, and its default export. */
export interface ImportedModule {
  readonly file: string;
  readonly url: string;
  readonly value: unknown;
}

/**
 * Imports a module that a user wrote and gives its default export.
 * @param path - a path, relative to `folder`, or a `file:` URL.
 * @param role - what the module is for, such as `plugin`; it begins the message.
 * @throws ScopewardError `code` when there is no such file, it fails, or it has no default export.
 */
export async function importModule(
  path: string | URL,
  folder: string,
  role: string,
  code: ScopewardErrorCode,
): Promise<ImportedModule> {
  const text = String(path);
  const file = text.startsWith("file:")
    ? fileURLToPath(text)
    : isAbsolute(text)
      ? text
      : resolve(folder, text);
  if (!(await isFile(file))) {
    throw new ScopewardError(code, `${role} \`${text}\` is not there: no file \`${file}\``);
  }
  const url = pathToFileURL(file).href;
  const value = await importDefault(file, url, role, code);
  return { file, url, value };
}

async function importDefault(
  file: string,
  url: string,
  role: string,
  code: ScopewardErrorCode,
): Promise<unknown> {
  let imported: Readonly<Record<string, unknown>>;
  try {
    imported = await importFile(file, url);
  } catch (cause) {
    throw new ScopewardError(code, `${role} \`${file}\` cannot be imported: ${hint(file, cause)}`, {
      cause,
    });
  }
  if (!("default" in imported)) {
    throw new ScopewardError(code, `${role} \`${file}\` has no default export: add one`);
  }
  return imported["default"];
}

async function importFile(file: string, url: string): Promise<Readonly<Record<string, unknown>>> {
  return file.endsWith(".json") ? await import(url, { with: { type: "json" } }) : await import(url);
}

// What Node says of a module in the wrong system does not tell what to do.
function hint(file: string, cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isWrongSystem =
    cause instanceof SyntaxError && /\bimport\b|\bexport\b|Unexpected token 'export'/u.test(reason);
  if (isWrongSystem && /\.(?:ts|js)$/u.test(file)) {
    const renamed = file.replace(/\.(ts|js)$/u, ".m$1");
    return `${reason}; the nearest package.json does not say \`"type": "module"\`, so rename the file to \`${renamed}\``;
  }
  return reason;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
