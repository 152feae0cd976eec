import type { Builtin } from "./builtin.ts";
import type { ContextProvider } from "./context-provider.ts";
import type { Normaliser } from "./normaliser.ts";
import type { ObligationHandler } from "./obligation.ts";

const brand = Symbol.for("scopeward.plugin");

/** What a plugin brings. Made by {@link definePlugin}, default-exported from its module. */
export interface Plugin {
  readonly name: string;
  readonly builtins: readonly Builtin[];
  /** Absent, like what follows, from a plugin that an older copy of this package made. */
  readonly obligations?: readonly ObligationHandler[];
  readonly contextProviders?: readonly ContextProvider[];
  readonly normalisers?: readonly Normaliser[];
}

/**
 * Makes a plugin of its parts.
 *
 * @throws TypeError if two builtins, obligations, context providers or normalisers have one name.
 *
 * @example
 * export default definePlugin({ name: "acme", builtins: [risk], obligations: [watermark] });
 */
export function definePlugin(definition: {
  readonly name: string;
  readonly builtins?: readonly Builtin[];
  readonly obligations?: readonly ObligationHandler[];
  readonly contextProviders?: readonly ContextProvider[];
  readonly normalisers?: readonly Normaliser[];
}): Plugin {
  const {
    name,
    builtins = [],
    obligations = [],
    contextProviders = [],
    normalisers = [],
  } = definition;
  refuseTwins(
    name,
    "builtin",
    builtins.map((each) => each.name),
  );
  refuseTwins(
    name,
    "obligation",
    obligations.map((each) => each.type),
  );
  refuseTwins(
    name,
    "context provider",
    contextProviders.map((each) => each.name),
  );
  refuseTwins(
    name,
    "normaliser",
    normalisers.map((each) => each.name),
  );
  return Object.freeze({
    [brand]: true,
    name,
    builtins: Object.freeze([...builtins]),
    obligations: Object.freeze([...obligations]),
    contextProviders: Object.freeze([...contextProviders]),
    normalisers: Object.freeze([...normalisers]),
  });
}

/** Whether a value is what {@link definePlugin} returned, from whichever copy of this package. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === "object" && value !== null && brand in value;
}

function refuseTwins(plugin: string, kind: string, names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) {
    throw new TypeError(`plugin \`${plugin}\` defines ${kind} \`${twin}\` twice`);
  }
}
