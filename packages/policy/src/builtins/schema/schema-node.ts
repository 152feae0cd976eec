import type { RegoNumber } from "../rego-number.ts";
import type { CompiledRegex } from "../regex/compiled-regex.ts";

/** What one schema of a JSON Schema document asks; absent asks nothing. */
export interface SchemaNode {
  /** Of a schema that is a boolean: whether everything passes or nothing. */
  pass?: boolean;
  /** Of a schema that refers to another, which is then all it says. */
  target?: SchemaNode;
  types: readonly string[];
  anyOf: readonly SchemaNode[];
  oneOf: readonly SchemaNode[];
  allOf: readonly SchemaNode[];
  not?: SchemaNode;
  if?: SchemaNode;
  then?: SchemaNode;
  else?: SchemaNode;
  /** The names or the schema that a member demands. */
  dependencies: ReadonlyMap<string, readonly string[] | SchemaNode>;
  /** Canonical texts, as {@link canonicalText} makes them. */
  const?: string;
  enum?: readonly string[];
  format?: string;
  /** One for all elements, or one for each of the first. */
  items?: SchemaNode | readonly SchemaNode[];
  additionalItems?: SchemaNode | boolean;
  contains?: SchemaNode;
  minItems?: RegoNumber;
  maxItems?: RegoNumber;
  uniqueItems?: boolean;
  properties: ReadonlyMap<string, SchemaNode>;
  patternProperties: readonly (readonly [CompiledRegex, SchemaNode])[];
  additionalProperties?: SchemaNode | boolean;
  propertyNames?: SchemaNode;
  required: readonly string[];
  minProperties?: RegoNumber;
  maxProperties?: RegoNumber;
  minLength?: RegoNumber;
  maxLength?: RegoNumber;
  pattern?: { readonly source: string; readonly regex: CompiledRegex };
  multipleOf?: RegoNumber;
  minimum?: RegoNumber;
  maximum?: RegoNumber;
  exclusiveMinimum?: RegoNumber;
  exclusiveMaximum?: RegoNumber;
}

/** A schema that asks nothing yet. */
export function emptySchema(): SchemaNode {
  return {
    types: [],
    anyOf: [],
    oneOf: [],
    allOf: [],
    dependencies: new Map(),
    properties: new Map(),
    patternProperties: [],
    required: [],
  };
}
