import type { DynamicTool, StructuredToolInterface } from "@langchain/core/tools";
import type { Enforcer, Principal, ToolArguments } from "@scopeward/sdk";
import { checkEnforcer } from "../enforcer-option.ts";
import { ToolGuard } from "./tool-guard.ts";
import type { LangChainCall } from "./tool-guard.ts";

/** A tool of LangChain that can be guarded: of `tool()`, or of a class that has `_call`. */
export type GuardableTool = StructuredToolInterface | DynamicTool;

/** What a tool is guarded with. */
export interface GuardToolOptions extends Pick<ToolArguments, "toPolicyArgs" | "fromPolicyArgs"> {
  readonly enforcer: Enforcer;
  /** Who calls where the run names nobody; what the run says counts for more. */
  readonly principal?: Principal;
}

const guarded = new WeakSet<object>();

/** Whether this is a tool that `guardTool` gave. */
export function isGuarded(tool: unknown): boolean {
  return typeof tool === "object" && tool !== null && guarded.has(tool);
}

/**
 * Gives a copy of the tool, of the same class, that runs only what the Enforcer allows, whoever calls
 * it: an agent, a sub-agent, a `ToolNode` or a program. The tool that is given stays as it is, without
 * a guard: hand out the copy only.
 *
 * A denied call gives the model a result with status `error`. A call that waits for a person interrupts
 * the graph, or outside of one gives a result with the id of the approval.
 *
 * @throws TypeError for what has no `_call`, such as a runnable made a tool by `asTool`, for a tool that
 *   is guarded already, and for an option `enforcer` that is none.
 */
export function guardTool<T extends GuardableTool>(tool: T, options: GuardToolOptions): T {
  checkEnforcer(options.enforcer);
  const { name } = tool;
  const [body, call] = [Reflect.get(tool, "_call"), Reflect.get(tool, "call")] as unknown[];
  if (typeof body !== "function" || typeof call !== "function") {
    throw new TypeError(`the tool \`${name}\` has no \`_call\`: make it one with \`tool()\` first`);
  }
  if (guarded.has(tool)) throw new TypeError(`the tool \`${name}\` is guarded already`);
  const guard = new ToolGuard(tool, body.bind(tool) as LangChainCall, options);
  const run: LangChainCall = (...given) => guard.run(...given);
  const copy = copyOf(tool, {
    _call: run,
    ...("func" in tool ? { func: run } : {}),
    ...madeOf(tool, run),
  });
  // What the schema refuses never comes to `_call`; `isParsed` tells that apart from what it throws.
  const parse: LangChainCall = (input, config, tags) =>
    guard.parse(input, config, async (parsed) => {
      const value: LangChainCall = (...given) => {
        parsed();
        return run(...given);
      };
      const attempt = Object.create(copy, { _call: { value } }) as T;
      return await call.call(attempt, input, config, tags);
    });
  Object.defineProperty(copy, "call", { value: parse, configurable: true, writable: true });
  guarded.add(copy);
  return copy;
}

// LangChain keeps what a tool was made of, its function too: another tool made of that is guarded as well.
function madeOf(tool: object, func: LangChainCall): { readonly lc_kwargs?: object } {
  const kept: unknown = Reflect.get(tool, "lc_kwargs");
  const hasFunction = typeof kept === "object" && kept !== null && "func" in kept;
  return hasFunction ? { lc_kwargs: { ...kept, func } } : {};
}

// Members that are private to the tool's class are not copied: its own code runs on the tool itself.
function copyOf<T extends object>(tool: T, changed: Readonly<Record<string, unknown>>): T {
  const own = Object.getOwnPropertyDescriptors(tool);
  const added = Object.entries(changed).map(([name, value]): [string, PropertyDescriptor] => [
    name,
    { value, configurable: true, writable: true },
  ]);
  return Object.create(Object.getPrototypeOf(tool) as object, {
    ...own,
    ...Object.fromEntries(added),
  }) as T;
}
