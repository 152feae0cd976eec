import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { jsonText } from "../../src/plugin/json-text.ts";

test.prop([fc.jsonValue()])("JSON data is written as JSON.stringify writes it", (value) => {
  expect(jsonText(value)).toBe(JSON.stringify(value));
});

test.prop([
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withNullPrototype: true,
    withObjectString: true,
  }),
])("whatever else is refused, or is JSON that reads back as it was", (value) => {
  let text: string;
  try {
    text = jsonText(value);
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return;
  }
  expect(JSON.stringify(JSON.parse(text))).toBe(text);
});
