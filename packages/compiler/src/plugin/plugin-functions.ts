import { fitsType, isPlugin } from "@scopeward/sdk";
import type { Builtin } from "@scopeward/sdk";
import { CompilerError } from "../compiler-error.ts";
import { jsonText } from "./json-text.ts";

/** Plugins' builtins, by name. */
export type PluginFunctions = ReadonlyMap<string, Builtin>;

/**
 * Imports the plugins, in the thread that will call them.
 * @param modules - file URLs; the default export of each is what `definePlugin` returned.
 * @throws CompilerError `plugin_unusable`.
 */
export async function loadPluginFunctions(modules: readonly string[]): Promise<PluginFunctions> {
  const functions = new Map<string, Builtin>();
  for (const url of modules) {
    const exported = await importDefault(url);
    if (!isPlugin(exported)) {
      throw new CompilerError(
        "plugin_unusable",
        `plugin \`${url}\` does not default-export what \`definePlugin\` returned`,
      );
    }
    for (const builtin of exported.builtins) functions.set(builtin.name, builtin);
  }
  return functions;
}

async function importDefault(url: string): Promise<unknown> {
  try {
    const imported = (await import(url)) as Readonly<Record<string, unknown>>;
    return imported["default"];
  } catch (cause) {
    throw new CompilerError(
      "plugin_unusable",
      `plugin \`${url}\` cannot be imported: ${messageOf(cause)}`,
      { cause },
    );
  }
}

/**
 * Calls a builtin for the reactor. Never throws: an exception would pass through Go's frames.
 * @param argumentsText - JSON array.
 * @returns JSON text: `{"value": …}`, `{}` for undefined, or `{"error": …}`, never with an empty text.
 */
export function answerBuiltin(
  functions: PluginFunctions,
  name: string,
  argumentsText: string,
): string {
  try {
    const builtin = functions.get(name);
    if (builtin === undefined) {
      throw new TypeError(
        "its plugin was given as a value; give the path of its module, so that it can be called here",
      );
    }
    const value = builtin.evaluate(...(parseArguments(argumentsText) as readonly never[]));
    if (value === undefined) return "{}";
    silence(value);
    // Refuses cycles, before anything walks through it.
    const text = jsonText(value);
    if (!fitsType(value, builtin.decl.result)) {
      throw new TypeError("its result is not of the type that it declares");
    }
    return `{"value":${text}}`;
  } catch (error) {
    return JSON.stringify({ error: messageOf(error) });
  }
}

// What an asynchronous function rejects with has nobody to hear it, and would end the thread.
function silence(value: unknown): void {
  if (value instanceof Promise) value.catch(() => undefined);
}

/** @throws RangeError for an integer that a JavaScript number would round: it would be another value. */
function parseArguments(text: string): readonly unknown[] {
  // TypeScript's library does not declare the third parameter yet.
  const parse = JSON.parse as (
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => readonly unknown[];
  return parse(text, (_key, value, { source }) => {
    if (
      typeof value === "number" &&
      /^-?\d+$/u.test(source ?? "") &&
      !Number.isSafeInteger(value)
    ) {
      throw new RangeError("an argument is an integer beyond 2^53");
    }
    return value;
  });
}

// A thrown value is hostile too: its message can be anything, a getter that throws included.
function messageOf(error: unknown): string {
  try {
    const message: unknown = error instanceof Error ? error.message : error;
    return typeof message === "string" && message !== "" ? message.slice(0, 1_000) : "it threw";
  } catch {
    return "it threw";
  }
}
