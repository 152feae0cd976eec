import type { JsonObject, JsonValue } from "@scopeward/core";

/** LangChain's own names for the parameters that a policy sees; a model has one of each. */
const fields = {
  max_tokens: ["maxTokens", "maxOutputTokens", "numPredict"],
  temperature: ["temperature"],
  top_p: ["topP"],
} as const;

/** The settings of one model call in LangChain. */
type ModelSettings = Readonly<Record<string, unknown>>;

type Parameter = keyof typeof fields;

const parameters = Object.keys(fields) as Parameter[];

/** What a policy may see and rewrite: the settings of the call, and what the model was made with. */
export function parametersOf(model: object, settings: ModelSettings): JsonObject {
  const found: Record<string, JsonValue> = {};
  for (const name of parameters) {
    const field = fieldOf(model, name);
    const value =
      [name, ...fields[name]].map((each) => settings[each]).find(isGiven) ??
      (field === undefined ? undefined : Reflect.get(model, field));
    // The Enforcer refuses what is not JSON.
    if (isGiven(value)) found[name] = value as JsonValue;
  }
  return found;
}

/**
 * Model and settings that keep to what was decided. Most models of LangChain take their parameters when
 * they are made, and ignore those of a call without a word: so another model is made like this one.
 *
 * @returns undefined where that cannot be done; the call must not go on then.
 */
export function withParameters<M extends object>(
  model: M,
  settings: ModelSettings,
  decided: JsonObject,
): { readonly model: M; readonly settings: ModelSettings } | undefined {
  const asked = parametersOf(model, settings);
  const changed = parameters.filter((name) => decided[name] !== asked[name]);
  if (changed.length === 0) return { model, settings };
  const changes = new Map<string, unknown>();
  for (const name of changed) {
    const field = fieldOf(model, name);
    if (field === undefined) return undefined;
    changes.set(field, decided[name]);
  }
  const made = remade(model, Object.fromEntries(changes));
  if (made === undefined || made.constructor !== model.constructor) return undefined;
  for (const [field, value] of changes) if (Reflect.get(made, field) !== value) return undefined;
  const decidedNames = new Set<string>(changed.flatMap((name) => [name, ...fields[name]]));
  const others = Object.entries(settings).filter(([name]) => !decidedNames.has(name));
  return { model: made, settings: Object.fromEntries(others) };
}

function fieldOf(model: object, name: Parameter): string | undefined {
  return fields[name].find((field) => field in model);
}

function remade<M extends object>(model: M, changes: object): M | undefined {
  const madeOf = "lc_kwargs" in model ? model.lc_kwargs : undefined;
  if (typeof madeOf !== "object" || madeOf === null) return undefined;
  try {
    const Model = model.constructor as new (fields: object) => M;
    return new Model({ ...madeOf, ...changes });
  } catch {
    return undefined;
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
