import { asSchema } from "ai";
import type { Tool, ToolExecutionOptions, ToolSet } from "ai";
import { denialOf } from "@scopeward/sdk";
import type { Run, ToolBody } from "@scopeward/sdk";
import { AdapterError } from "../adapter-error.ts";
import { checkEnforcer } from "../enforcer-option.ts";
import { takePermit } from "./early-permits.ts";
import type { ToolGuardOptions } from "./guard-options.ts";
import { callerOf } from "./guard-options.ts";
import { runToolCall, toolCallOf } from "./tool-call.ts";

type Execute = NonNullable<Tool["execute"]>;
type Executable = Tool & { readonly execute: Execute };

const guarded = new WeakSet<Execute>();

/** Whether it is `guardTools` that runs a tool. */
export function isGuarded(tool: Pick<Tool, "execute"> | undefined): boolean {
  return typeof tool?.execute === "function" && guarded.has(tool.execute);
}

/**
 * The same tools, each of which runs only with the Enforcer's permission, in whatever agent they end up:
 * `generateText`, `streamText`, an agent, an agent inside a tool.
 *
 * A tool whose `execute` is an async generator function goes on to stream; any other gives one result.
 * What is to be redacted comes once it is whole, without preliminary results.
 * Tools without `execute` come back as they are: they run somewhere else, where only `toolApproval` and
 * `prepareStep` reach them.
 *
 * @throws TypeError for an option `enforcer` that is none.
 */
export function guardTools<TOOLS extends ToolSet>(tools: TOOLS, options: ToolGuardOptions): TOOLS {
  checkEnforcer(options.enforcer);
  const entries = Object.entries(tools).map(([name, tool]) => [
    name,
    typeof tool.execute === "function" ? guardTool(name, tool as Executable, options) : tool,
  ]);
  return Object.fromEntries(entries) as TOOLS;
}

function guardTool(name: string, tool: Executable, options: ToolGuardOptions): Tool {
  const run = async (input: unknown, execution: ToolExecutionOptions<unknown>) => {
    const { toolCallId, context, abortSignal: signal, messages } = execution;
    const { inputSchema } = tool;
    const call = toolCallOf(options, { name, input, toolCallId, inputSchema, context, signal });
    const body: ToolBody<unknown, unknown> = {
      name,
      execute: async (args, { isTransformed }) => {
        const result: unknown = await tool.execute(args, execution);
        // What is not whole yet could show a part of what a pattern is to take out.
        return isTransformed ? await last(result) : result;
      },
      ...(signal === undefined ? {} : { signal }),
    };
    const early = takePermit(input, name, options.enforcer, callerOf(options, context));
    return resultOf(await runToolCall(options, call, early, messages, body));
  };
  const execute: Execute = isGenerator(tool.execute)
    ? async function* (input, execution) {
        const result = await run(input, execution);
        if (isAsyncIterable(result)) yield* result;
        else yield result;
      }
    : async (input, execution) => await last(await run(input, execution));
  guarded.add(execute);
  // Keeps the prototype, getters and what is not enumerable, such as the mark of a tool caller.
  return Object.create(Object.getPrototypeOf(tool) as object | null, {
    ...Object.getOwnPropertyDescriptors(tool),
    execute: { value: execute, enumerable: true },
    inputSchema: { value: () => recordedSchema(name, tool, options), enumerable: true },
  }) as Tool;
}

/** @throws AdapterError where the call did not run: the model reads its message as the tool's result. */
function resultOf(run: Run<unknown>): unknown {
  if (run.kind === "done") return run.result;
  const approval = run.kind === "approval" ? run.approval.id : undefined;
  throw AdapterError.of(denialOf(run.decision, approval));
}

/** The tool's schema, which leaves an entry in the audit log where it refuses what the model wrote. */
function recordedSchema(
  name: string,
  tool: Executable,
  options: ToolGuardOptions,
): ReturnType<typeof asSchema> {
  const schema = asSchema(tool.inputSchema);
  const { validate } = schema;
  if (validate === undefined) return schema;
  return {
    ...schema,
    validate: async (value) => {
      const validation = await validate(value);
      const { enforcer } = options;
      const principal = callerOf(options, undefined);
      if (!validation.success && principal !== undefined) {
        const refuse = (): never => {
          throw validation.error;
        };
        await enforcer.authorize({
          principal,
          tool: name,
          args: value,
          arguments: { parse: refuse },
        });
      }
      return validation;
    },
  };
}

/** What a tool gave; of a stream that was not announced, the last piece, as the framework sees it. */
async function last(result: unknown): Promise<unknown> {
  if (!isAsyncIterable(result)) return result;
  let output: unknown;
  for await (const piece of result) output = piece;
  return output;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function isGenerator(execute: Execute): boolean {
  return Object.prototype.toString.call(execute) === "[object AsyncGeneratorFunction]";
}
