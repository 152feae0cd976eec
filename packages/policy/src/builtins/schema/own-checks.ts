import { typeName, type RegoValue } from "../../rego/value.ts";
import { exactInteger } from "../rego-number.ts";
import { runeCount } from "../runes.ts";
import { canonicalText } from "./canonical-text.ts";
import { isNumber } from "./keyword-value.ts";
import type { SchemaNode } from "./schema-node.ts";
import { hasFormat } from "./text-format.ts";
import { fieldName, type Path, type ValidationReport } from "./validation-report.ts";

/** Whether the value has one of the schema's types; if not, that is all there is to say. */
export function checkType(
  schema: SchemaNode,
  value: RegoValue,
  path: Path,
  report: ValidationReport,
): boolean {
  const given = isNumber(value) && exactInteger(value) !== undefined ? "integer" : typeName(value);
  const { types } = schema;
  const fits = types.includes(given) || (given === "integer" && types.includes("number"));
  if (types.length === 0 || fits) return true;
  const expected = types.length === 1 ? types[0]! : `[${types.join(",")}]`;
  report.fault(path, "invalid_type", `Invalid type. Expected: ${expected}, given: ${given}`);
  return false;
}

/** Holds a value of any type against what schemas say of all. */
export function checkCommon(
  schema: SchemaNode,
  value: RegoValue,
  path: Path,
  report: ValidationReport,
): void {
  const { const: constant, enum: values, format } = schema;
  const text = constant !== undefined || values !== undefined ? canonicalText(value) : "";
  if (constant !== undefined && text !== constant) {
    report.fault(path, "const", `${fieldName(path)} does not match: ${constant}`);
  }
  if (values !== undefined && !values.includes(text)) {
    const allowed = values.join(", ");
    report.fault(path, "enum", `${fieldName(path)} must be one of the following: ${allowed}`);
  }
  if (format !== undefined && typeof value === "string" && !hasFormat(format, value)) {
    report.fault(path, "format", `Does not match format '${format}'`);
  }
  report.step();
}

/** Holds a text against bounds of its length and a pattern. */
export function checkText(
  schema: SchemaNode,
  value: string,
  path: Path,
  report: ValidationReport,
): void {
  const { minLength: least, maxLength: most, pattern } = schema;
  if (least !== undefined && runeCount(value) < least) {
    const description = `String length must be greater than or equal to ${least}`;
    report.fault(path, "string_gte", description);
  }
  if (most !== undefined && runeCount(value) > most) {
    report.fault(path, "string_lte", `String length must be less than or equal to ${most}`);
  }
  if (pattern !== undefined && !pattern.regex.matches(value)) {
    report.fault(path, "pattern", `Does not match pattern '${pattern.source}'`);
  }
  report.step();
}

/** The schema of an array's element, if there is one. */
export function itemSchema(
  { items, additionalItems }: SchemaNode,
  index: number,
): SchemaNode | undefined {
  if (items === undefined || "types" in items) return items;
  if (index < items.length || items.length === 0) return items[index];
  return typeof additionalItems === "boolean" ? undefined : additionalItems;
}

/** Holds an array against what is said of its elements together. */
export function checkLength(
  { items, additionalItems, minItems, maxItems, uniqueItems }: SchemaNode,
  value: readonly RegoValue[],
  path: Path,
  report: ValidationReport,
): void {
  const listed = items !== undefined && !("types" in items) ? items.length : 0;
  if (additionalItems === false && listed > 0 && value.length > listed) {
    report.fault(path, "array_no_additional_items", "No additional items allowed on array");
  }
  if (minItems !== undefined && value.length < minItems) {
    report.fault(path, "array_min_items", `Array must have at least ${minItems} items`);
  }
  if (maxItems !== undefined && value.length > maxItems) {
    report.fault(path, "array_max_items", `Array must have at most ${maxItems} items`);
  }
  if (uniqueItems !== true) return;
  const seen = new Map<string, number>();
  for (const [index, element] of value.entries()) {
    const text = canonicalText(element);
    const before = seen.get(text);
    if (before !== undefined) {
      report.fault(path, "unique", `array items[${before},${index}] must be unique`);
    }
    seen.set(text, index);
  }
}
