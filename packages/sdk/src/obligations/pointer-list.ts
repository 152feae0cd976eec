import type { JsonObject } from "@scopeward/core";

/** JSON Schema of 1 to 100 JSON pointers to members; `-`, the element behind the last, is no member. */
export const pointerList: JsonObject = {
  type: "array",
  minItems: 1,
  maxItems: 100,
  items: {
    type: "string",
    maxLength: 256,
    pattern: "^(?:/(?!-(?:/|$))(?:[^~/]|~[01])*)+$",
  },
};
