import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { isArray } from "../operands.ts";
import { exactInteger, type RegoNumber } from "../rego-number.ts";
import { invalidType, mustBe, SchemaError } from "./schema-error.ts";

/** Reads the values of a schema's keywords, with OPA's words for those that are malformed. */
export class KeywordValues {
  readonly #schema: RegoObject;

  constructor(schema: RegoObject) {
    this.#schema = schema;
  }

  any(key: string): RegoValue | undefined {
    return this.#schema.get(key);
  }

  text(key: string): string | undefined {
    const value = this.#schema.get(key);
    if (value === undefined || typeof value === "string") return value;
    throw invalidType("string", key);
  }

  list(key: string): readonly RegoValue[] | undefined {
    const value = this.#schema.get(key);
    if (value === undefined || isArray(value)) return value;
    throw mustBe(key, "array");
  }

  boolean(key: string): boolean | undefined {
    const value = this.#schema.get(key);
    if (value === undefined || typeof value === "boolean") return value;
    throw mustBe(key, "boolean");
  }

  object(key: string): RegoObject | undefined {
    const value = this.#schema.get(key);
    if (value === undefined || value instanceof RegoObject) return value;
    throw invalidType("Valid Schema", key);
  }

  number(key: string): RegoNumber | undefined {
    const value = this.#schema.get(key);
    if (value === undefined || isNumber(value)) return value;
    throw mustBe(key, "Number");
  }

  /** A count: an integer from 0. */
  count(key: string): RegoNumber | undefined {
    const value = this.#schema.get(key);
    if (value === undefined) return undefined;
    if (!isNumber(value) || exactInteger(value) === undefined) throw mustBe(key, "integer");
    if (value < 0) throw new SchemaError(`${key} must be greater than or equal to 0`);
    return value;
  }

  /** Texts, no two equal. */
  distinctTexts(key: string): readonly string[] {
    const texts: string[] = [];
    for (const value of this.list(key) ?? []) {
      if (typeof value !== "string") throw invalidType("string", key);
      if (texts.includes(value)) throw new SchemaError(`${key} items must be unique`);
      texts.push(value);
    }
    return texts;
  }
}

/** Whether the value is a number. */
export function isNumber(value: RegoValue): value is RegoNumber {
  return typeof value === "number" || typeof value === "bigint";
}
