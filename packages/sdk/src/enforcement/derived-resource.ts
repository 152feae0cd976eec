import type { Catalogue, JsonObject, JsonValue, Resource } from "@scopeward/core";
import { catalogueTarget, isJsonObject, pointerValue } from "@scopeward/core";
import type { Normaliser } from "../normaliser.ts";
import { plainJson } from "./plain-json.ts";

/** What a tool call touches, as the catalogue declares it. */
export type DerivedResource =
  | { readonly kind: "none" }
  | {
      readonly kind: "resource";
      readonly resource: Resource;
      /** By the normaliser's name. */
      readonly facts?: JsonObject;
    }
  | { readonly kind: "underived"; readonly detail: string };

const none: DerivedResource = Object.freeze({ kind: "none" });
/** What a normaliser may say, as JSON. */
const maxBytes = 64 * 1024;

/** Derives the resource of a call. Never throws. */
export function derivedResource(
  catalogue: Catalogue,
  tool: string,
  args: JsonObject,
  normalisers: ReadonlyMap<string, Normaliser>,
): DerivedResource {
  const declared = catalogueTarget(catalogue, { action: { type: "tool", name: tool } })?.resource;
  if (declared === undefined || declared === "none") return none;
  const { type, from } = declared;
  if (from.startsWith("/")) {
    const id = idOf(pointerValue(args, from));
    return id === undefined
      ? { kind: "underived", detail: `\`${from}\` of the arguments names no ${type}` }
      : { kind: "resource", resource: Object.freeze({ type, id }) };
  }
  const normaliser = normalisers.get(from);
  if (normaliser === undefined) {
    return { kind: "underived", detail: `there is no normaliser \`${from}\`` };
  }
  try {
    return readAnswer(normaliser.normalise(args, { tool, type }), type, from);
  } catch {
    return { kind: "underived", detail: `the normaliser \`${from}\` failed` };
  }
}

// A number is an id by its decimal text; what has no exact one is none.
function idOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function readAnswer(answer: unknown, type: string, name: string): DerivedResource {
  const copy = plainJson(answer, maxBytes);
  if (copy.kind === "plain" && isJsonObject(copy.value)) {
    const { kind, id, properties, facts, detail } = copy.value;
    if (kind === "underived" && typeof detail === "string") return { kind, detail };
    if (
      kind === "resource" &&
      typeof id === "string" &&
      id !== "" &&
      (properties === undefined || isJsonObject(properties)) &&
      (facts === undefined || isJsonObject(facts))
    ) {
      return {
        kind,
        resource: Object.freeze({ type, id, ...(properties === undefined ? {} : { properties }) }),
        ...(facts === undefined ? {} : { facts: { [name]: facts } }),
      };
    }
  }
  return { kind: "underived", detail: `the normaliser \`${name}\` gave no answer of its kind` };
}
