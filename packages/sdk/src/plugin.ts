import type { Builtin } from "./builtin.ts";

const brand = Symbol.for("scopeward.plugin");

/** What a plugin brings. Made by {@link definePlugin}, default-exported from its module. */
export interface Plugin {
  readonly name: string;
  readonly builtins: readonly Builtin[];
}

/**
 * Makes a plugin of its parts.
 *
 * @throws TypeError if two builtins have one name.
 *
 * @example
 * export default definePlugin({ name: "acme", builtins: [risk] });
 */
export function definePlugin(definition: {
  readonly name: string;
  readonly builtins?: readonly Builtin[];
}): Plugin {
  const builtins = definition.builtins ?? [];
  const seen = new Set<string>();
  for (const { name } of builtins) {
    if (seen.has(name)) {
      throw new TypeError(`plugin \`${definition.name}\` defines builtin \`${name}\` twice`);
    }
    seen.add(name);
  }
  return Object.freeze({
    [brand]: true,
    name: definition.name,
    builtins: Object.freeze([...builtins]),
  });
}

/** Whether a value is what {@link definePlugin} returned, from whichever copy of this package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && brand in value;
}
