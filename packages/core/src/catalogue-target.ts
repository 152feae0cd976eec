import type { AccessRequest } from "./access-request.ts";
import type { Catalogue, CatalogueTarget } from "./catalogue.ts";

/** The tool or model that a request is about, as the policies declare it; undefined where none does. */
export function catalogueTarget(
  catalogue: Catalogue,
  { action, resource }: Pick<AccessRequest, "action" | "resource">,
): CatalogueTarget | undefined {
  if (action.type === "tool") return own(catalogue.tools, action.name);
  return resource?.type === "model" ? own(catalogue.models, resource.id) : undefined;
}

// Names come from requests: `constructor` and its like must not be found.
function own<T>(table: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
