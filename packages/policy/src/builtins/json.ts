import type { RegoObject } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { filterByPaths, parseJsonPaths, pathsToObject, removeByPaths } from "./json-path.ts";
import { isJsonText, type JsonLayout, parseJsonText, renderJsonText } from "./json-text.ts";
import { arrayOperand, booleanOperand, objectOperand, stringOperand } from "./operands.ts";
import { checkTextLength } from "./result-bounds.ts";

/** `json.*` but for schemas. */
export const jsonBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "json.marshal": (value) => renderJsonText(value),
  "json.marshal_with_options": (value, options) => {
    const layout = parseLayout(objectOperand(options, 2));
    const text = renderJsonText(value, layout);
    checkTextLength(text.length);
    return layout === undefined ? text : layout.prefix + text;
  },
  "json.unmarshal": (text) => parseJsonText(stringOperand(text, 1)),
  "json.is_valid": (text) => typeof text === "string" && isJsonText(text),
  "json.filter": (operand, paths) =>
    filterByPaths(objectOperand(operand, 1), pathsToObject(parseJsonPaths(paths))),
  "json.remove": (operand, paths) =>
    removeByPaths(objectOperand(operand, 1), pathsToObject(parseJsonPaths(paths))),
  "json.patch": (document, operations) => applyJsonPatch(document, arrayOperand(operations, 2)),
};

// Giving a prefix or an indent asks for a layout, unless `pretty` says otherwise.
function parseLayout(options: RegoObject): JsonLayout | undefined {
  let layout: JsonLayout = { prefix: "", indent: "\t" };
  let pretty: boolean | undefined;
  for (const [name, value] of options.entries) {
    if (name === "pretty") pretty = booleanOperand(value, 2);
    else if (name === "prefix") layout = { ...layout, prefix: stringOperand(value, 2) };
    else if (name === "indent") layout = { ...layout, indent: stringOperand(value, 2) };
    else throw new BuiltinError("operand 2 object contained unknown key");
  }
  const implied = options.entries.some(([name]) => name !== "pretty");
  return (pretty ?? implied) ? layout : undefined;
}
