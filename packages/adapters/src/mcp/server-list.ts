import { isJsonObject } from "@scopeward/core";
import type { JsonObject } from "@scopeward/core";
import { callerOf, type ServerGuard, surroundingsOf } from "./server-context.ts";
import { denialFor, McpDenialError } from "./server-denial.ts";
import type { ServerRequest } from "./server-request.ts";
import { isMethodName } from "./transport-methods.ts";

/**
 * Answers a list with what the caller may use of it.
 * @param member - of the result, that holds the list.
 * @param tool - whose calls all entries lead to; undefined where each entry is a tool.
 */
export async function guardedList(
  guard: ServerGuard,
  request: ServerRequest,
  member: string,
  tool: string | undefined,
): Promise<unknown> {
  if (tool !== undefined) {
    const offered = await offeredOf(guard, request, [tool]);
    // The handler is not asked: it may look entries up for the caller.
    return offered.has(tool) ? request.next(request.params) : { [member]: [] };
  }
  const result = await request.next(request.params);
  const entries = isJsonObject(result) && Array.isArray(result[member]) ? result[member] : [];
  const named = (entries as readonly unknown[]).filter(isNamed);
  const offered = await offeredOf(
    guard,
    request,
    named.map(({ name }) => name),
  );
  return { ...(result as JsonObject), [member]: named.filter(({ name }) => offered.has(name)) };
}

/** Which tools the caller is offered. @throws McpDenialError where the caller is nobody. */
export async function offeredOf(
  { enforcer, connection }: ServerGuard,
  { context }: ServerRequest,
  tools: readonly string[],
): Promise<ReadonlySet<string>> {
  const caller = callerOf(context, connection, enforcer);
  const listing = await enforcer.list({ ...caller, ...surroundingsOf(context), tools });
  if (listing.kind === "deny") throw new McpDenialError(denialFor(listing));
  return new Set(listing.tools);
}

function isNamed(entry: unknown): entry is { readonly name: string } {
  if (typeof entry !== "object" || entry === null || !("name" in entry)) return false;
  return typeof entry.name === "string" && !isMethodName(entry.name);
}
