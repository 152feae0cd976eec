import type { JsonObject, JsonValue } from "./json.ts";

const pointerShape = /^(?:\/(?:[^~/]|~[01])*)*$/u;
const indexShape = /^(?:0|[1-9][0-9]*)$/u;

/**
 * The tokens of a JSON pointer, unescaped; none for the empty pointer, which names the whole value.
 * Undefined for a text that is no pointer.
 * @see RFC 6901
 */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (!pointerShape.test(pointer)) return undefined;
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * What a JSON pointer names in a value. Undefined where nothing is there, and for a text that is no
 * pointer. Only own members count, so `/__proto__` and `/length` find nothing that JSON has not.
 * @see RFC 6901
 */
export function pointerValue(value: JsonValue, pointer: string): JsonValue | undefined {
  const tokens = parsePointer(pointer);
  if (tokens === undefined) return undefined;
  let place: JsonValue | undefined = value;
  for (const token of tokens) place = child(place, token);
  return place;
}

function child(value: JsonValue | undefined, token: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value) && !indexShape.test(token)) return undefined;
  return Object.hasOwn(value, token) ? (value as JsonObject)[token] : undefined;
}
