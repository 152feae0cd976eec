import type { JsonObject, JsonValue } from "@scopeward/core";
import type {
  CallReport,
  ModelReport,
  ModelSpec,
  ToolSpec,
  Turn,
} from "../../src/conformance/harness.ts";

/** One call of a tool, as the plain framework hands it on. */
export interface PlainCall {
  readonly turn: Turn;
  readonly callId: string;
  /** What came back for a call that was parked. */
  readonly approval?: unknown;
  /** Shows whoever watches the run a piece of it. */
  readonly show: (text: string) => void;
}

/** A tool of the plain framework. */
export type PlainTool = (args: JsonObject, call: PlainCall) => unknown;

/** A model of the plain framework. */
export type PlainModel = (
  parameters: JsonObject,
  call: Pick<PlainCall, "turn" | "show">,
) => string | Promise<string>;

/** The plain framework's control flow: ends the run, and is no failure. */
export class PlainSignal extends Error {
  override readonly name: string = "PlainSignal";
}

/** Ends the run until somebody has approved the call. */
export class PlainPause extends PlainSignal {
  override readonly name = "PlainPause";
  readonly approval: string;

  constructor(approval: string) {
    super("the run waits");
    this.approval = approval;
  }
}

/** A tool's function as its author wrote it. */
export function bareTool(spec: ToolSpec): PlainTool {
  return (args, { turn }) => runSpec(spec, parseArguments(spec, args), turn.signal);
}

/** A model as its provider gives it. */
export function bareModel(spec: ModelSpec): PlainModel {
  return (parameters) => spec.answer(parameters);
}

/** Runs what the tool does. */
export function runSpec(spec: ToolSpec, args: JsonObject, signal?: AbortSignal): unknown {
  return spec.run(args, {
    signal,
    interrupt: () => {
      throw new PlainSignal("the tool says that the run is over");
    },
  });
}

/** The arguments with defaults. @throws TypeError for what does not fit the tool's parameters. */
export function parseArguments({ parameters }: ToolSpec, args: JsonObject): JsonObject {
  const parsed: Record<string, JsonValue> = {};
  for (const name of Object.keys(args)) {
    if (!Object.hasOwn(parameters, name)) throw new TypeError("there is a member too many");
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = args[name] ?? parameter.default;
    if (typeof value !== parameter.type) throw new TypeError("a member is of another type");
    parsed[name] = value as JsonValue;
  }
  return parsed;
}

/** Runs one call to its end, and says who was shown what. */
export async function reportOf(
  tool: PlainTool | undefined,
  args: JsonObject,
  call: Omit<PlainCall, "show">,
): Promise<CallReport> {
  const { callId } = call;
  if (tool === undefined) return { callId, model: "there is no such tool" };
  const shown: string[] = [];
  try {
    const result = await tool(args, { ...call, show: (text) => shown.push(text) });
    const texts: string[] = [];
    if (isIterable(result)) for await (const piece of result) texts.push(String(piece));
    else texts.push(JSON.stringify(result) ?? "");
    const text = texts.join("");
    return { callId, model: text, caller: text, stream: shown.join("") + text };
  } catch (error) {
    if (error instanceof PlainPause) return { callId, approval: error.approval };
    if (error instanceof PlainSignal) return { callId, signalled: true };
    return { callId, thrown: error };
  }
}

/** Runs an agent on a model to its end, and says who was shown what. */
export async function modelReportOf(
  run: (show: PlainCall["show"]) => Promise<string>,
): Promise<ModelReport> {
  const shown: string[] = [];
  try {
    const caller = await run((text) => shown.push(text));
    return { caller, stream: shown.join("") + caller };
  } catch (thrown) {
    return { stream: shown.join(""), thrown };
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
