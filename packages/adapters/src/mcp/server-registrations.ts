import { McpGuardError } from "./server-error.ts";

/** What the arguments lack, or have too much, in the words of the tool's own schema. */
export class SchemaRefusal extends Error {
  override readonly name = "SchemaRefusal";
}

/** The schemas of what is registered now, after each `update`. */
export interface Registrations {
  /** Undefined: it takes any arguments, or is not registered with the SDK's own method. */
  toolInput(tool: string): unknown;
  /** Undefined: structured content is not described. */
  toolOutput(tool: string): unknown;
  promptArguments(prompt: string): unknown;
}

/**
 * Reads what `McpServer` has registered, in v1 and v2 alike. It lies in members that are private in
 * TypeScript: there is no public way to what was registered before, or by the SDK's own extensions.
 * @param server - undefined for a low-level server, whose handlers are given arguments as they come.
 * @throws McpGuardError `server_unknown` if the members are not there.
 */
export function registrationsOf(server: object | undefined): Registrations {
  const read = (register: string, name: string, schema: string): unknown => {
    if (server === undefined) return undefined;
    const entries = registerOf(server, register);
    const entry: unknown = Object.hasOwn(entries, name) ? Reflect.get(entries, name) : undefined;
    if (!isObject(entry)) return undefined;
    // A version that keeps its schemas elsewhere: the tool would be given what no policy saw.
    if (!(schema in entry)) throw new McpGuardError("server_unknown");
    return Reflect.get(entry, schema);
  };
  if (server !== undefined) {
    registerOf(server, "_registeredTools");
    registerOf(server, "_registeredPrompts");
  }
  return {
    toolInput: (tool) => read("_registeredTools", tool, "inputSchema"),
    toolOutput: (tool) => read("_registeredTools", tool, "outputSchema"),
    promptArguments: (prompt) => read("_registeredPrompts", prompt, "argsSchema"),
  };
}

/**
 * Parses by a Standard Schema, as both SDKs do.
 * @param schema - undefined: everything fits.
 * @throws SchemaRefusal with the schema's own words where the value does not fit.
 */
export async function fit(schema: unknown, value: unknown): Promise<unknown> {
  if (schema === undefined) return value;
  const result = await (schema as StandardSchema)["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  throw new SchemaRefusal(result.issues.map(lineOf).join("\n"));
}

/** @see https://standardschema.dev */
interface StandardSchema {
  readonly "~standard": {
    validate(value: unknown): StandardResult | Promise<StandardResult>;
  };
}

interface StandardResult {
  readonly value?: unknown;
  readonly issues?: readonly StandardIssue[];
}

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

function lineOf({ message, path = [] }: StandardIssue): string {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? message : `\`${keys.join(".")}\`: ${message}`;
}

function registerOf(server: object, register: string): object {
  const entries: unknown = Reflect.get(server, register);
  if (!isObject(entries)) throw new McpGuardError("server_unknown");
  return entries;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
