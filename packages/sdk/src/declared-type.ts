import type { RegoTypeJson } from "./rego-type.ts";

// Deeper data would overflow the stack, here and in the evaluator.
const maximumDepth = 1_000;

/**
 * Whether a value is JSON of a declared type. A set is an array: builtins answer with JSON. What a builtin
 * answers is held against it wherever one is called, as Rego compares values of any two types.
 */
export function fitsType(value: unknown, declared: RegoTypeJson, depth = 0): boolean {
  if (depth > maximumDepth) return false;
  const { type, dynamic, of } = declared;
  const fits = (item: unknown, itemType: RegoTypeJson): boolean =>
    fitsType(item, itemType, depth + 1);
  switch (type) {
    case "any":
      return isList(of)
        ? of.some((option) => fitsType(value, option, depth + 1))
        : anything.some((option) => fitsType(value, option, depth));
    case "null":
      return value === null;
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return Number.isFinite(value);
    case "string":
      return isText(value);
    case "array":
    case "set": {
      const items = [dynamic, of].find(isType);
      return (
        Array.isArray(value) &&
        items !== undefined &&
        Array.from<unknown>(value).every((item) => fits(item, items))
      );
    }
    case "object":
      return (
        isMembers(dynamic) &&
        isPlainObject(value) &&
        Object.entries(value).every(([key, member]) => isText(key) && fits(member, dynamic.value))
      );
  }
}

const any: RegoTypeJson = { type: "any" };

const anything: readonly RegoTypeJson[] = [
  { type: "null" },
  { type: "boolean" },
  { type: "number" },
  { type: "string" },
  { type: "array", dynamic: any },
  { type: "object", dynamic: { key: { type: "string" }, value: any } },
];

type Members = Exclude<RegoTypeJson["dynamic"], RegoTypeJson | undefined>;

/** Whether this is how an object's members are declared. */
export function isMembers(dynamic: RegoTypeJson["dynamic"]): dynamic is Members {
  return dynamic !== undefined && "value" in dynamic;
}

/** Whether a part of a type is a type. */
export function isType(part: RegoTypeJson["dynamic"] | RegoTypeJson["of"]): part is RegoTypeJson {
  return part !== undefined && "type" in part;
}

/** Whether a type is one of several. */
export function isList(of: RegoTypeJson["of"]): of is readonly RegoTypeJson[] {
  return Array.isArray(of);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.isWellFormed();
}

/** Whether a value is an object of no class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
