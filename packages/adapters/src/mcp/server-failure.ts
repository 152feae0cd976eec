import { AsyncLocalStorage } from "node:async_hooks";

const runs = new AsyncLocalStorage<{ hasThrown: boolean }>();

/** A tool threw, and the SDK made a result of what it threw. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
  readonly result: unknown;

  constructor(result: unknown) {
    super("the tool threw");
    this.result = result;
  }
}

/**
 * Has an `McpServer` tell when it makes a result of an error: the audit log has a run that failed then,
 * and not one that succeeded. A tool that gives an error as its result has succeeded in that.
 */
export function noticeFailures(server: object): void {
  const own: unknown = Reflect.get(server, "createToolError");
  if (typeof own !== "function") return;
  const createToolError = (message: unknown): unknown => {
    const run = runs.getStore();
    if (run !== undefined) run.hasThrown = true;
    return own.call(server, message);
  };
  Reflect.set(server, "createToolError", createToolError);
}

/** @throws ToolFailure in the place of a result that was made of an error. */
export async function unlessFailed(run: () => unknown): Promise<unknown> {
  const state = { hasThrown: false };
  const result = await runs.run(state, async () => await run());
  if (state.hasThrown) throw new ToolFailure(result);
  return result;
}
