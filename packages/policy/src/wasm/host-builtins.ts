import type { Builtin } from "@scopeward/sdk";
import { fitsType } from "@scopeward/sdk";
import { BuiltinError } from "../builtins/builtin-error.ts";
import type { BuiltinFunction } from "../builtins/builtin-function.ts";
import { builtins } from "../builtins/index.ts";
import { fromJson, toJson } from "../rego/json.ts";
import type { RegoValue } from "../rego/value.ts";

/** Finds the function behind a name that a policy module imports; undefined if there is none. */
export type BuiltinResolver = (name: string) => BuiltinFunction | undefined;

// The compiler renames native builtins that can fail to host builtins under this prefix; a name that
// is a keyword of Rego (`contains`) has an underscore behind it there.
const ownName = /^scopeward\.(.*?)_?$/;

/** The name that the policy's author wrote for a builtin that a module imports. */
export function authorName(name: string): string {
  return ownName.exec(name)?.[1] ?? name;
}

/**
 * Resolves OPA's names, `scopeward.<OPA name>`, and the names of plugin builtins, in this order: a
 * plugin cannot replace what OPA defines.
 */
export function builtinResolver(plugins: readonly Builtin[] = []): BuiltinResolver {
  const byName = new Map(plugins.map((plugin) => [plugin.name, adapt(plugin)]));
  return (name) => {
    const opaName = authorName(name);
    if (Object.hasOwn(builtins, opaName)) return builtins[opaName];
    return byName.get(name);
  };
}

// A plugin's function sees JSON, and what it gives back is checked: a promise, a class instance or NaN is
// a failure, and so is another type than it declares. Rego orders values of all types, so that
// `f(x) > 5` would be false for `true`, and a deny silent. What it throws is caught by the caller.
function adapt(plugin: Builtin): BuiltinFunction {
  const evaluate = plugin.evaluate as (...args: readonly unknown[]) => unknown;
  return (...args) => {
    const result = evaluate(...args.map((argument) => toJson(argument)));
    if (result === undefined) return undefined;
    // Its rejection, which nobody will look at, would end the process.
    if (result instanceof Promise) result.catch(() => undefined);
    const value = regoValueOf(result);
    if (!fitsType(result, plugin.decl.result)) {
      throw new BuiltinError("the result is not of the declared type");
    }
    return value;
  };
}

// Refuses cycles and what is no JSON, before anything walks through it.
function regoValueOf(result: unknown): RegoValue {
  try {
    return fromJson(result);
  } catch (error) {
    throw new BuiltinError("the result is not JSON", { cause: error });
  }
}
