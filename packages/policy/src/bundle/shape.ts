/**
 * Whether a parsed JSON value has a shape. For what is looked at once when a bundle is opened: a JSON
 * Schema would take longer to compile than everything else takes together.
 */
export type Shape = (value: unknown) => boolean;

/** Text, of a pattern where one is given. */
export function text(pattern: RegExp = /(?:)/u): Shape {
  return (value) => typeof value === "string" && pattern.test(value);
}

/** One of these values. */
export function oneOf(...values: readonly (string | number)[]): Shape {
  return (value) => values.some((one) => one === value);
}

/** An array of what has this shape. */
export function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every((item) => shape(item));
}

/** An object with any members of this shape. */
export function mapOf(shape: Shape): Shape {
  return (value) => isRecord(value) && Object.values(value).every(shape);
}

/** An object with these members, perhaps some of those, and no others. */
export function closed(required: Members, optional: Members = {}): Shape {
  const shapes: Members = { ...required, ...optional };
  return (value) =>
    open(required)(value) &&
    Object.entries(value as object).every(
      ([name, member]) => Object.hasOwn(shapes, name) && shapes[name]?.(member) === true,
    );
}

/** An object with these members, perhaps some of those, and any others. */
export function open(required: Members, optional: Members = {}): Shape {
  return (value) =>
    isRecord(value) &&
    Object.entries(required).every(
      ([name, shape]) => Object.hasOwn(value, name) && shape(value[name]),
    ) &&
    Object.entries(optional).every(
      ([name, shape]) => !Object.hasOwn(value, name) || shape(value[name]),
    );
}

/** Either shape. */
export function either(one: Shape, other: Shape): Shape {
  return (value) => one(value) || other(value);
}

type Members = Readonly<Record<string, Shape>>;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
