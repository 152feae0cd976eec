import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { isArray } from "../operands.ts";
import { compileIfValid, type CompiledRegex } from "../regex/compiled-regex.ts";
import type { RegoNumber } from "../rego-number.ts";
import { canonicalText } from "./canonical-text.ts";
import { isNumber, KeywordValues } from "./keyword-value.ts";
import { invalidType, mustBe, mustBeOfType, SchemaError } from "./schema-error.ts";
import { emptySchema, type SchemaNode } from "./schema-node.ts";
import { SchemaReferences } from "./schema-references.ts";

const typeNames = ["array", "boolean", "integer", "number", "null", "object", "string"];
const validSchema = "Valid Schema";
const arrayOfSchemas = "Array Of Schemas";

/** A draft's number; without `$schema` all drafts' keywords are known, and both forms of bounds. */
type Draft = 4 | 6 | 7 | "any";

/**
 * Reads a JSON Schema of draft 4, 6 or 7, as `$schema` says. It may refer to its own parts only.
 * @throws SchemaError if it is malformed, or refers to what it does not have.
 */
export function parseSchema(document: RegoValue): SchemaNode {
  if (typeof document !== "boolean" && !(document instanceof RegoObject)) {
    throw new SchemaError("schema is invalid");
  }
  return new SchemaParser(document).parse(document, "");
}

class SchemaParser {
  readonly #references: SchemaReferences;
  readonly #draft: Draft;
  readonly #targets = new Map<string, SchemaNode>();

  constructor(document: RegoValue) {
    this.#draft = draftOf(document);
    this.#references = new SchemaReferences(document);
  }

  parse(value: RegoValue, outerBase: string, node: SchemaNode = emptySchema()): SchemaNode {
    if (typeof value === "boolean" && this.#draft !== 4) {
      node.pass = value;
      return node;
    }
    if (!(value instanceof RegoObject)) {
      throw new SchemaError(`Expected: ${validSchema}, given: Invalid JSON`);
    }
    const base = SchemaReferences.baseOf(value, outerBase);
    const read = new KeywordValues(value);
    read.text(this.#draft === 4 || read.any("id") !== undefined ? "id" : "$id");
    const parse = (schema: RegoValue): SchemaNode => this.parse(schema, base);
    this.#definitions(read, parse);
    read.text("title");
    read.text("description");
    const reference = read.text("$ref");
    if (reference !== undefined) {
      node.target = this.#target(SchemaReferences.resolve(reference, base));
      return node;
    }
    this.#types(read, node);
    this.#objects(read, node, parse);
    this.#items(read, node, parse);
    this.#numbers(read, node);
    this.#texts(read, node);
    this.#sizes(read, node);
    if (this.#draft !== 4) this.#since6(read, node, parse);
    this.#enumeration(read, node);
    this.#combinations(read, node, parse);
    return node;
  }

  // A schema may refer to itself, so it is known before it is read.
  #target(reference: string): SchemaNode {
    const known = this.#targets.get(reference);
    if (known !== undefined) return known;
    const node = emptySchema();
    this.#targets.set(reference, node);
    const found = this.#references.find(reference);
    if (typeof found !== "boolean" && !(found instanceof RegoObject)) {
      throw mustBeOfType(validSchema, "object");
    }
    return this.parse(found, reference.replace(/#.*$/su, ""), node);
  }

  #definitions(read: KeywordValues, parse: Parse): void {
    const definitions = read.any("definitions");
    if (definitions === undefined) return;
    if (!(definitions instanceof RegoObject)) throw invalidType(arrayOfSchemas, "definitions");
    for (const [, schema] of definitions.entries) {
      if (!isSchema(schema)) throw invalidType(arrayOfSchemas, "definitions");
      parse(schema);
    }
  }

  #types(read: KeywordValues, node: SchemaNode): void {
    const value = read.any("type");
    if (value === undefined) return;
    const types: string[] = [];
    for (const type of isArray(value) ? value : [value]) {
      if (typeof type !== "string") throw invalidType("type", "string/Array Of Strings");
      if (!typeNames.includes(type)) {
        throw new SchemaError(
          `has a primitive type that is NOT VALID -- given: /${type}/ ` +
            `Expected valid values are:[${typeNames.join(" ")}]`,
        );
      }
      if (types.includes(type)) throw new SchemaError(`${type} type is duplicated`);
      types.push(type);
    }
    node.types = types;
  }

  #objects(read: KeywordValues, node: SchemaNode, parse: Parse): void {
    const properties = read.any("properties");
    if (properties !== undefined) {
      if (!(properties instanceof RegoObject)) throw mustBeOfType("Properties", "object");
      node.properties = new Map(
        properties.entries.map(([key, value]) => [key as string, parse(value)]),
      );
    }
    additional(read, "additionalProperties", node, parse);
    node.patternProperties = (read.object("patternProperties")?.entries ?? []).map(
      ([pattern, schema]) => [
        validRegex(pattern as string, `Invalid regex pattern '${pattern as string}'`),
        parse(schema),
      ],
    );
    const names = read.any("propertyNames");
    if (names !== undefined && this.#draft !== 4) {
      if (!isSchema(names)) throw invalidType(validSchema, "patternProperties");
      node.propertyNames = parse(names);
    }
    const dependencies = read.any("dependencies");
    if (dependencies === undefined) return;
    if (!(dependencies instanceof RegoObject)) throw mustBeOfType("dependencies", "object");
    node.dependencies = new Map(
      dependencies.entries.map(([key, value]) => [key as string, dependency(value, parse)]),
    );
  }

  #items(read: KeywordValues, node: SchemaNode, parse: Parse): void {
    const items = read.any("items");
    if (items !== undefined) {
      const all = isArray(items) ? items : [items];
      if (!all.every(isSchema)) throw invalidType(`${validSchema}/${arrayOfSchemas}`, "items");
      node.items = isArray(items) ? items.map(parse) : parse(items);
    }
    additional(read, "additionalItems", node, parse);
  }

  #numbers(read: KeywordValues, node: SchemaNode): void {
    const multiple = read.any("multipleOf");
    if (multiple !== undefined) {
      if (!isNumber(multiple)) throw invalidType("Number", "multipleOf");
      if (multiple <= 0) throw new SchemaError("multipleOf must be strictly greater than 0");
      node.multipleOf = multiple;
    }
    this.#bound(read, node, "minimum", "exclusiveMinimum");
    this.#bound(read, node, "maximum", "exclusiveMaximum");
  }

  // Draft 4 says with a boolean whether the bound itself is excluded, later ones give a second bound.
  #bound(
    read: KeywordValues,
    node: SchemaNode,
    key: "minimum" | "maximum",
    exclusiveKey: "exclusiveMinimum" | "exclusiveMaximum",
  ): void {
    const bound = read.number(key);
    if (bound !== undefined) node[key] = bound;
    const exclusive = read.any(exclusiveKey);
    if (exclusive === undefined) return;
    if (isNumber(exclusive) && this.#draft !== 4) {
      node[exclusiveKey] = exclusive;
      return;
    }
    const types = { 4: "boolean", 6: "number", 7: "number", any: "boolean/number" }[this.#draft];
    if (typeof exclusive !== "boolean" || types === "number")
      throw invalidType(types, exclusiveKey);
    if (bound === undefined) throw new SchemaError(`${exclusiveKey} cannot be used without ${key}`);
    if (!exclusive) return;
    node[exclusiveKey] = bound;
    delete node[key];
  }

  #texts(read: KeywordValues, node: SchemaNode): void {
    counts(read, node, "minLength", "maxLength");
    const source = read.text("pattern");
    if (source !== undefined) {
      node.pattern = { source, regex: validRegex(source, "pattern must be a valid regex") };
    }
    const format = read.text("format");
    if (format !== undefined) node.format = format;
  }

  #sizes(read: KeywordValues, node: SchemaNode): void {
    counts(read, node, "minProperties", "maxProperties");
    node.required = read.distinctTexts("required");
    counts(read, node, "minItems", "maxItems");
    const unique = read.boolean("uniqueItems");
    if (unique !== undefined) node.uniqueItems = unique;
  }

  #since6(read: KeywordValues, node: SchemaNode, parse: Parse): void {
    const contains = read.any("contains");
    if (contains !== undefined) node.contains = parse(contains);
    const constant = read.any("const");
    if (constant !== undefined) node.const = canonicalText(constant);
  }

  #enumeration(read: KeywordValues, node: SchemaNode): void {
    const values = read.list("enum")?.map(canonicalText);
    if (values === undefined) return;
    if (new Set(values).size < values.length) throw new SchemaError("enum items must be unique");
    node.enum = values;
  }

  #combinations(read: KeywordValues, node: SchemaNode, parse: Parse): void {
    node.oneOf = (read.list("oneOf") ?? []).map(parse);
    node.anyOf = (read.list("anyOf") ?? []).map(parse);
    node.allOf = (read.list("allOf") ?? []).map(parse);
    const conditional = this.#draft === 7 || this.#draft === "any";
    for (const key of conditional ? (["not", "if", "then", "else"] as const) : (["not"] as const)) {
      const schema = read.any(key);
      if (schema === undefined) continue;
      if (!isSchema(schema)) throw mustBe(key, "object");
      node[key] = parse(schema);
    }
  }
}

type Parse = (schema: RegoValue) => SchemaNode;

function draftOf(document: RegoValue): Draft {
  const name = document instanceof RegoObject ? document.get("$schema") : undefined;
  if (name === undefined) return "any";
  if (typeof name !== "string") throw mustBeOfType("$schema", "string");
  const draft = /^http:\/\/json-schema\.org\/draft-0([467])\/schema#?$/u.exec(name)?.[1];
  return draft === undefined ? "any" : (Number(draft) as Draft);
}

function isSchema(value: RegoValue): boolean {
  return typeof value === "boolean" || value instanceof RegoObject;
}

function additional(
  read: KeywordValues,
  key: "additionalItems" | "additionalProperties",
  node: SchemaNode,
  parse: Parse,
): void {
  const value = read.any(key);
  if (value === undefined) return;
  if (!isSchema(value)) throw invalidType(`boolean/${validSchema}`, key);
  node[key] = typeof value === "boolean" ? value : parse(value);
}

function dependency(value: RegoValue, parse: Parse): readonly string[] | SchemaNode {
  if (isSchema(value)) return parse(value);
  if (isArray(value) && value.every((name) => typeof name === "string")) return value;
  throw mustBeOfType("dependency", "schema or array of strings");
}

function counts(
  read: KeywordValues,
  node: SchemaNode,
  low: "minLength" | "minProperties" | "minItems",
  high: "maxLength" | "maxProperties" | "maxItems",
): void {
  const least: RegoNumber | undefined = read.count(low);
  const most: RegoNumber | undefined = read.count(high);
  if (least !== undefined) node[low] = least;
  if (most !== undefined) node[high] = most;
  // OPA lets bounds of arrays that exclude everything pass.
  if (least !== undefined && most !== undefined && least > most && low !== "minItems") {
    throw new SchemaError(`${low} cannot be greater than ${high}`);
  }
}

function validRegex(pattern: string, fault: string): CompiledRegex {
  const regex = compileIfValid(pattern);
  if (regex === undefined) throw new SchemaError(fault);
  return regex;
}
