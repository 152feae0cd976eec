import type { JsonObject } from "@scopeward/core";
import type { Enforcer } from "@scopeward/sdk";
import { z } from "zod";
import type { AdapterSkip, Capability, ToolSpec, Turn } from "../../src/conformance/harness.ts";
import type { GuardServerOptions } from "../../src/mcp.ts";
import { modelSkips } from "../model-skips.ts";

/** What a client and a server of MCP can be made to do, whatever the version of the SDK. */
export const capabilities: readonly Capability[] = [
  "list",
  "resume",
  "changed_resume",
  "siblings",
  "between",
  "added",
  "sub_agent",
  "abort",
];

/** What no server of MCP does. */
export const serverSkips: readonly AdapterSkip[] = [
  {
    case: "a redacted field is not in the stream",
    reason:
      "a tool of MCP gives its result whole. Progress and log messages that its code sends meanwhile are its own, and are not looked into.",
  },
  {
    case: "what is redacted in a result that comes in pieces is redacted across them",
    reason: "a tool of MCP gives its result whole, never in pieces.",
  },
  {
    case: "a result that comes in pieces is what it was without the adapter",
    reason: "a tool of MCP gives its result whole, never in pieces.",
  },
  {
    case: "a tool that is a subclass without a function of its own is guarded too",
    reason: "a tool of MCP is no class. Each way of registering one is guarded.",
  },
  {
    case: "tools that run at the provider are offered only where policy names them",
    reason: "a server of MCP offers its own tools and no model's.",
  },
  ...modelSkips(
    "a server of MCP calls no model: where a tool's code does, guard that call with `enforcer.authorizeModel` and `execute`.",
  ),
];

/** What protocol 2026-07-28 does not have. */
export const httpSkips: readonly AdapterSkip[] = [
  {
    case: "the framework's own control-flow signal passes",
    reason:
      "protocol 2026-07-28 has no signal that a tool throws: what a tool asks for is a result, and passes as one.",
  },
];

/** Who calls: by the token of each request, or for a sub-agent by the principal of the connection. */
export function guardOptions(enforcer: Enforcer, { caller, subAgent }: Turn): GuardServerOptions {
  return caller === undefined || subAgent === undefined
    ? { enforcer }
    : { enforcer, principal: caller.principal.attenuate(subAgent) };
}

/** The schema of a tool's arguments. */
export function parametersOf({ parameters }: ToolSpec): z.ZodObject {
  const types = { string: z.string(), number: z.number(), boolean: z.boolean() };
  const shape = Object.entries(parameters).map(([name, parameter]) => {
    const type: z.ZodType = types[parameter.type];
    return [
      name,
      parameter.default === undefined ? type : type.default(parameter.default),
    ] as const;
  });
  return z.object(Object.fromEntries(shape));
}

/** What a tool gave, as servers give it: as JSON for models, and as it is for programs. */
export function resultOf(value: unknown): ToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(value) }],
    structuredContent: value as JsonObject,
  };
}

interface ToolResult {
  [member: string]: unknown;
  content: { type: "text"; text: string }[];
  structuredContent: JsonObject;
}
