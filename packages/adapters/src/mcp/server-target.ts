import type { JsonObject } from "@scopeward/core";
import type { ToolArguments } from "@scopeward/sdk";
import { fit, type Registrations } from "./server-registrations.ts";
import { isMethodName } from "./transport-methods.ts";

/** The members of {@link ToolArguments} that a tool's own schema cannot tell. */
export type PolicyArguments = Pick<ToolArguments, "toPolicyArgs" | "fromPolicyArgs">;

/** A request as a call of a tool. */
export interface CallTarget {
  /** The tool's name to the policies. */
  readonly tool: string;
  readonly args: unknown;
  readonly arguments: ToolArguments;
  /** Whether the request's result can say that it is an error. */
  readonly hasErrorResult: boolean;
  /** The params to go on with, made of the arguments that were decided on and of nothing else. */
  params(decided: unknown): JsonObject;
}

/** A request of `tools/call`: the tool that it names, with arguments parsed by the tool's schema. */
export function toolTarget(
  params: JsonObject,
  registrations: Registrations,
  policyArguments: Readonly<Record<string, PolicyArguments>>,
): CallTarget {
  const name = textOf(params["name"]);
  return {
    // No tool borrows the rules of a method: the empty name is denied.
    tool: isMethodName(name) ? "" : name,
    args: params["arguments"] ?? {},
    arguments: {
      parse: (args) => fit(registrations.toolInput(name), args),
      ...(Object.hasOwn(policyArguments, name) ? policyArguments[name] : undefined),
    },
    hasErrorResult: true,
    params: (decided) => ({ ...metaOf(params), name, arguments: decided as JsonObject }),
  };
}

/** A request of another method: the tool called like the method, with some of its params. */
export function methodTarget(
  method: string,
  params: JsonObject,
  names: readonly string[],
  registrations: Registrations,
): CallTarget {
  const given = names.filter((name) => params[name] !== undefined);
  return {
    tool: method,
    args: Object.fromEntries(given.map((name) => [name, params[name]])),
    arguments: { parse: (args) => parsed(method, args, registrations) },
    hasErrorResult: false,
    params: (decided) => ({ ...(decided as JsonObject), ...metaOf(params) }),
  };
}

async function parsed(
  method: string,
  args: JsonObject,
  registrations: Registrations,
): Promise<unknown> {
  switch (method) {
    case "resources/read":
    case "resources/subscribe":
      // The SDKs look a resource up by the normal form: `file:///a/../b` is decided on as `file:///b`.
      return { ...args, uri: new URL(textOf(args["uri"])).href };
    case "prompts/get": {
      const schema = registrations.promptArguments(textOf(args["name"]));
      if (schema === undefined) return args;
      return { ...args, arguments: await fit(schema, args["arguments"] ?? {}) };
    }
    default:
      return args;
  }
}

/** How to answer, not what to do: no policy sees it. */
function metaOf({ _meta }: JsonObject): JsonObject {
  return _meta === undefined ? {} : { _meta };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
