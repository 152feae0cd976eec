import { inspect, types } from "node:util";
import type { JsonValue } from "@scopeward/core";
import type { Builtin } from "../builtin.ts";
import { isList, isMembers, isPlainObject, isType } from "../declared-type.ts";
import type { RegoTypeJson } from "../rego-type.ts";

/** What came of one question, with a text that is equal for equal outcomes. */
export interface Outcome {
  readonly kind: "answered" | "failed";
  /** What it answered, or what it threw. */
  readonly value: unknown;
  readonly text: string;
}

const whole = {
  depth: Number.POSITIVE_INFINITY,
  sorted: true,
  maxArrayLength: null,
  maxStringLength: null,
} as const;

/** Asks with these very arguments. */
export function ask({ evaluate }: Builtin, args: readonly JsonValue[]): Outcome {
  try {
    const value = (evaluate as (...args: readonly unknown[]) => unknown)(...args);
    // Its rejection, which nobody will look at, would end the process.
    if (types.isPromise(value)) value.catch(() => undefined);
    return { kind: "answered", value, text: inspect(value, whole) };
  } catch (error) {
    return { kind: "failed", value: error, text: "failed" };
  }
}

/** Asks with a copy, so that what a builtin does to its arguments is another rule's affair. */
export function askCopy(builtin: Builtin, args: readonly JsonValue[]): Outcome {
  return ask(builtin, structuredClone(args));
}

/** A copy that is frozen to its leaves. */
export function frozenCopy(args: readonly JsonValue[]): readonly JsonValue[] {
  return deepFreeze(structuredClone(args));
}

function deepFreeze<T extends JsonValue>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const member of Object.values<JsonValue>(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}

const leaves: Partial<Record<RegoTypeJson["type"], readonly JsonValue[]>> = {
  boolean: [false, true],
  null: [null],
  number: [0, -1, 0.5, Number.MAX_SAFE_INTEGER, 1e308],
  string: ["", "\0", "constructor", "é 😀", "x".repeat(1_000)],
};

/** Values of a type that are easily forgotten. */
export function valuesOf(declared: RegoTypeJson): JsonValue[] {
  const { type, dynamic, of } = declared;
  switch (type) {
    case "any":
      return isList(of) ? of.flatMap(valuesOf) : [null, true, 0, "", [], {}, [{ a: [1] }]];
    case "array":
    case "set": {
      const items = [dynamic, of].find(isType);
      return [[], ...(items === undefined ? [] : [valuesOf(items)])];
    }
    case "object": {
      const members = isMembers(dynamic) ? valuesOf(dynamic.value) : [];
      const names = ["", "__proto__", "constructor"];
      return [
        {},
        ...members.map((member) => Object.fromEntries(names.map((name) => [name, member]))),
      ];
    }
    default:
      return [...(leaves[type] ?? [])];
  }
}

/** Whether a value is one of the types that `type` makes. */
export function isRegoTypeJson(value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  const { type, dynamic, of, ...others } = value;
  if (Object.keys(others).length > 0) return false;
  switch (type) {
    case "boolean":
    case "null":
    case "number":
    case "string":
      return dynamic === undefined && of === undefined;
    case "any":
      return (
        dynamic === undefined &&
        (of === undefined || (Array.isArray(of) && of.every(isRegoTypeJson)))
      );
    case "array":
      return of === undefined && isRegoTypeJson(dynamic);
    case "set":
      return dynamic === undefined && isRegoTypeJson(of);
    case "object":
      return (
        of === undefined &&
        isPlainObject(dynamic) &&
        isRegoTypeJson(dynamic["value"]) &&
        JSON.stringify(dynamic["key"]) === '{"type":"string"}'
      );
    default:
      return false;
  }
}
