import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { isArray } from "../operands.ts";
import { isNumber } from "./keyword-value.ts";
import { numberFaults } from "./number-fault.ts";
import { checkCommon, checkLength, checkText, checkType, itemSchema } from "./own-checks.ts";
import type { SchemaNode } from "./schema-node.ts";
import { nearest, ValidationReport, type Path } from "./validation-report.ts";

/** Schemas that are held against values before a validation fails: combinations grow exponentially. */
const maximumChecks = 200_000;

/** A schema that refers to itself for the same value would never end. */
const maximumDepth = 1_000;

/**
 * Holds a JSON value against a schema, in the order and the words of OPA's library; members are
 * visited in their order.
 * @throws BuiltinError if it takes too many steps.
 */
export function validateValue(schema: SchemaNode, value: RegoValue): ValidationReport {
  return new Validator().report(schema, value, []);
}

class Validator {
  #checks = 0;
  #depth = 0;

  report(schema: SchemaNode, value: RegoValue, path: Path): ValidationReport {
    const report = new ValidationReport();
    this.#check(schema, value, path, report);
    return report;
  }

  #check(schema: SchemaNode, value: RegoValue, path: Path, report: ValidationReport): void {
    if (++this.#checks > maximumChecks || ++this.#depth > maximumDepth) {
      throw new BuiltinError("the schema takes too many steps");
    }
    this.#checkHere(schema, value, path, report);
    this.#depth--;
  }

  #checkHere(schema: SchemaNode, value: RegoValue, path: Path, report: ValidationReport): void {
    if (schema.pass !== undefined) {
      if (!schema.pass) report.fault(path, "false", "False always fails validation");
      return;
    }
    if (schema.target !== undefined) {
      this.#check(schema.target, value, path, report);
      return;
    }
    if (!checkType(schema, value, path, report)) return;
    this.#combinations(schema, value, path, report);
    if (isNumber(value)) {
      for (const fault of numberFaults(schema, value)) report.fault(path, ...fault);
      report.step();
    }
    if (isArray(value)) this.#array(schema, value, path, report);
    if (value instanceof RegoObject) this.#object(schema, value, path, report);
    checkCommon(schema, value, path, report);
    if (value instanceof RegoObject) {
      for (const [name, property] of schema.properties) {
        const member = value.get(name);
        if (member !== undefined) this.#check(property, member, [...path, name], report);
      }
    }
    if (typeof value === "string") checkText(schema, value, path, report);
    report.step();
  }

  #combinations(schema: SchemaNode, value: RegoValue, path: Path, report: ValidationReport): void {
    this.#anyOf(schema, value, path, report);
    this.#oneOf(schema, value, path, report);
    this.#allOf(schema, value, path, report);
    if (schema.not !== undefined && this.report(schema.not, value, path).isValid) {
      report.fault(path, "number_not", "Must not validate the schema (not)");
    }
    if (value instanceof RegoObject) this.#dependencies(schema, value, path, report);
    if (schema.if !== undefined) this.#condition(schema, schema.if, value, path, report);
    report.step();
  }

  #anyOf({ anyOf }: SchemaNode, value: RegoValue, path: Path, report: ValidationReport): void {
    const failed: ValidationReport[] = [];
    for (const schema of anyOf) {
      const one = this.report(schema, value, path);
      if (one.isValid) return;
      failed.push(one);
    }
    const best = nearest(failed);
    if (best === undefined) return;
    report.fault(path, "number_any_of", "Must validate at least one schema (anyOf)");
    report.merge(best);
  }

  #oneOf({ oneOf }: SchemaNode, value: RegoValue, path: Path, report: ValidationReport): void {
    const reports = oneOf.map((schema) => this.report(schema, value, path));
    const valid = reports.filter(({ isValid }) => isValid).length;
    if (oneOf.length === 0 || valid === 1) return;
    report.fault(path, "number_one_of", "Must validate one and only one schema (oneOf)");
    const best = valid === 0 ? nearest(reports) : undefined;
    if (best !== undefined) report.merge(best);
  }

  #allOf({ allOf }: SchemaNode, value: RegoValue, path: Path, report: ValidationReport): void {
    const reports = allOf.map((schema) => this.report(schema, value, path));
    for (const one of reports) report.merge(one);
    if (!reports.every(({ isValid }) => isValid)) {
      report.fault(path, "number_all_of", "Must validate all the schemas (allOf)");
    }
  }

  #dependencies(schema: SchemaNode, value: RegoObject, path: Path, report: ValidationReport): void {
    for (const [name, dependency] of schema.dependencies) {
      if (value.get(name) === undefined) continue;
      if (!("types" in dependency)) {
        for (const needed of dependency) {
          if (value.get(needed) !== undefined) continue;
          report.fault(path, "missing_dependency", `Has a dependency on ${needed}`);
        }
      } else this.#check(dependency, value, path, report);
    }
  }

  #condition(
    schema: SchemaNode,
    condition: SchemaNode,
    value: RegoValue,
    path: Path,
    report: ValidationReport,
  ): void {
    const holds = this.report(condition, value, path).isValid;
    const branch = holds ? schema.then : schema.else;
    if (branch === undefined) return;
    const found = this.report(branch, value, path);
    if (found.isValid) return;
    const [name, was] = holds ? ["then", "was"] : ["else", "was not"];
    report.fault(path, `condition_${name}`, `Must validate "${name}" as "if" ${was} valid`);
    report.merge(found);
  }

  #array(
    schema: SchemaNode,
    value: readonly RegoValue[],
    path: Path,
    report: ValidationReport,
  ): void {
    for (const [index, element] of value.entries()) {
      const item = itemSchema(schema, index);
      if (item === undefined) continue;
      report.merge(this.report(item, element, [...path, String(index)]));
    }
    checkLength(schema, value, path, report);
    if (schema.contains !== undefined) this.#contains(schema.contains, value, path, report);
    report.step();
  }

  #contains(
    schema: SchemaNode,
    value: readonly RegoValue[],
    path: Path,
    report: ValidationReport,
  ): void {
    const failed: ValidationReport[] = [];
    for (const [index, element] of value.entries()) {
      const one = this.report(schema, element, [...path, String(index)]);
      if (one.isValid) return;
      failed.push(one);
    }
    report.fault(path, "contains", "At least one of the items must match");
    const best = nearest(failed);
    if (best !== undefined) report.merge(best);
  }

  #object(schema: SchemaNode, value: RegoObject, path: Path, report: ValidationReport): void {
    const size = value.entries.length;
    const { minProperties: least, maxProperties: most } = schema;
    if (least !== undefined && size < least) {
      report.fault(path, "array_min_properties", `Must have at least ${least} properties`);
    }
    if (most !== undefined && size > most) {
      report.fault(path, "array_max_properties", `Must have at most ${most} properties`);
    }
    for (const name of schema.required) {
      if (value.get(name) === undefined) report.fault(path, "required", `${name} is required`);
      else report.step();
    }
    for (const [name, member] of value.entries) {
      this.#member(schema, name as string, member, path, report);
    }
    if (schema.propertyNames !== undefined) {
      for (const [name] of value.entries) {
        const found = this.report(schema.propertyNames, name, path);
        if (found.isValid) continue;
        const description = `Property name of "${name as string}" does not match`;
        report.fault(path, "invalid_property_name", description);
        report.merge(found);
      }
    }
    report.step();
  }

  #member(
    schema: SchemaNode,
    name: string,
    value: RegoValue,
    path: Path,
    report: ValidationReport,
  ): void {
    const matching = schema.patternProperties.filter(([pattern]) => pattern.matches(name));
    const inner = [...path, name];
    for (const [, property] of matching) report.merge(this.report(property, value, inner));
    if (matching.length > 0) report.step();
    const { additionalProperties: rest } = schema;
    if (matching.length > 0 || schema.properties.has(name) || rest === undefined) return;
    if (typeof rest !== "boolean") report.merge(this.report(rest, value, inner));
    else if (!rest) {
      const description = `Additional property ${name} is not allowed`;
      report.fault(path, "additional_property_not_allowed", description);
    }
  }
}
