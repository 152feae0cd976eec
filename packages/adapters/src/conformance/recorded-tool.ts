import type { JsonObject } from "@scopeward/core";
import type { ToolParameter, ToolSpec, ToolSurroundings } from "./harness.ts";

/** A tool of the suite that remembers with which arguments it ran. */
export interface RecordedTool extends ToolSpec {
  /** The arguments of each run, in their order. */
  readonly runs: readonly JsonObject[];
}

/** What a tool is made of where it differs from a note that is written. */
export interface RecordedToolOptions {
  readonly parameters?: Readonly<Record<string, ToolParameter>>;
  readonly shape?: "subclass";
  /** What it gives; `{"note": "kept"}` where absent. */
  readonly body?: (args: JsonObject, surroundings: ToolSurroundings) => unknown;
}

/** What a tool gives, and a result that reaches the model contains. */
export const kept = "kept";

/** Makes a tool with one required text, `text`. */
export function recordedTool(
  name: string,
  { parameters = { text: { type: "string" } }, shape, body }: RecordedToolOptions = {},
): RecordedTool {
  const runs: JsonObject[] = [];
  return {
    name,
    description: `what the suite calls ${name}`,
    parameters,
    ...(shape === undefined ? {} : { shape }),
    runs,
    run(args, surroundings) {
      runs.push(structuredClone(args));
      return body === undefined ? { note: kept } : body(args, surroundings);
    },
  };
}
