/** A JSON value (RFC 8259), as plain JavaScript data. */
export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;

/** A JSON array. */
export type JsonArray = readonly JsonValue[];

/** A JSON object. What is absent is absent: a member is never `undefined`. */
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

/** Tells a JSON object from every other JSON value. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
