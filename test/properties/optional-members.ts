import type { AccessRequest } from "@scopeward/core";
import { accessRequestSchema } from "@scopeward/core";

/** A request without one of its optional members, and which one: `context.facts.hosts`. */
export interface Reduced {
  readonly without: string;
  readonly request: AccessRequest;
}

// What narrows a key or is the tool's own is not "optional": less of it means something else.
const exempt = new Set(["args", "key.constraints"]);

/**
 * The request again and again, each time without one optional member, however deep. Which members
 * are optional is read from the schema of a request; below its open parts all are.
 */
export function* withoutEachOptionalMember(request: AccessRequest): Generator<Reduced> {
  for (const path of optionalPaths(request, accessRequestSchema, [])) {
    const copy = structuredClone(request) as unknown;
    let place = copy as Record<string, unknown>;
    for (const name of path.slice(0, -1)) place = place[name] as Record<string, unknown>;
    delete place[path.at(-1) ?? ""];
    yield { without: path.join("."), request: copy as AccessRequest };
  }
}

interface SchemaNode {
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: SchemaNode };
  readonly items?: SchemaNode;
}

function* optionalPaths(
  value: unknown,
  schema: SchemaNode | undefined,
  path: readonly string[],
): Generator<readonly string[]> {
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const here = [...path, name];
    if (exempt.has(here.join("."))) continue;
    const isItem = Array.isArray(value);
    if (!isItem && schema?.required?.includes(name) !== true) yield here;
    yield* optionalPaths(member, isItem ? schema?.items : schema?.properties?.[name], here);
  }
}
