/**
 * The type of a builtin's argument or result, as OPA's capabilities file writes it. Made with
 * {@link type}; the phantom parameter is what TypeScript sees of it.
 */
export interface RegoType<T = unknown> {
  readonly json: RegoTypeJson;
  /** Never set: carries the TypeScript type. */
  readonly typescript?: T;
}

/** OPA's own JSON for a type. */
export interface RegoTypeJson {
  readonly type: "any" | "array" | "boolean" | "null" | "number" | "object" | "set" | "string";
  readonly dynamic?: RegoTypeJson | { readonly key: RegoTypeJson; readonly value: RegoTypeJson };
  readonly of?: RegoTypeJson | readonly RegoTypeJson[];
}

/** The TypeScript type that a {@link RegoType} stands for. */
export type TypeOf<T> = T extends RegoType<infer U> ? U : never;

/**
 * The types that a builtin can declare. Values cross as JSON: a set arrives as an array in Rego's
 * order, an object's keys are strings.
 */
export const type = {
  any: { json: { type: "any" } } as RegoType,
  boolean: { json: { type: "boolean" } } as RegoType<boolean>,
  null: { json: { type: "null" } } as RegoType<null>,
  number: { json: { type: "number" } } as RegoType<number>,
  string: { json: { type: "string" } } as RegoType<string>,
  /** An array of any length whose items have one type. */
  array: <T>(item: RegoType<T>): RegoType<readonly T[]> => ({
    json: { type: "array", dynamic: item.json },
  }),
  /** A set; the function sees an array. A result is still an array: builtins return JSON. */
  set: <T>(item: RegoType<T>): RegoType<readonly T[]> => ({
    json: { type: "set", of: item.json },
  }),
  /** An object with string keys whose values have one type. */
  object: <T>(value: RegoType<T>): RegoType<{ readonly [key: string]: T }> => ({
    json: { type: "object", dynamic: { key: { type: "string" }, value: value.json } },
  }),
  /** One of several types. */
  anyOf: <T extends readonly RegoType[]>(...options: T): RegoType<TypeOf<T[number]>> => ({
    json: { type: "any", of: options.map((option) => option.json) },
  }),
} as const;
