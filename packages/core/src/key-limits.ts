import type { AccessRequest, RequestKey } from "./access-request.ts";
import type { Catalogue, CatalogueTarget } from "./catalogue.ts";
import { catalogueTarget } from "./catalogue-target.ts";
import type { Reason } from "./decision.ts";
import type { JsonValue } from "./json.ts";
import { covers } from "./scope.ts";

/** Constraints that name no resource. */
const unresourced = new Set(["tool", "model", "cidr"]);

/** What of a request a key's limits are about. */
export type LimitedRequest = Pick<AccessRequest, "phase" | "key" | "action" | "resource">;

/** Whether a key opens a scope of the catalogue. An exact grant needs no look at its segments. */
export function isGranted({ scopes }: Pick<RequestKey, "scopes">, scope: string): boolean {
  return scopes.includes(scope) || scopes.some((grant) => covers(grant, scope));
}

/**
 * Why a key's own limits refuse a request, whatever the policies say; empty where they do not. The
 * Rego library holds the same limits, so a bundle that Scopeward built never allows more. With this
 * no other bundle does either: a decision is ANDed with the key's limits by whoever enforces it.
 */
export function keyLimits(catalogue: Catalogue, request: LimitedRequest): readonly Reason[] {
  const target = catalogueTarget(catalogue, request);
  if (target === undefined) return [{ code: "scope:unknown" }];
  const open = target.scopes[request.key.audience];
  if (open.length === 0) return [{ code: "scope:audience" }];
  const granted = open.filter((scope) => isGranted(request.key, scope));
  if (granted.length === 0) return [{ code: "scope:missing" }];
  if (!granted.some((scope) => isEquipped(catalogue, request, scope))) {
    return [{ code: "key:constraint_unresolved" }];
  }
  return constraintReasons(target, request);
}

/** Whether the key carries every constraint that the scope requires, of whatever value. */
function isEquipped(catalogue: Catalogue, request: LimitedRequest, scope: string): boolean {
  const declared = member(catalogue.scopes, scope);
  return (
    declared !== undefined &&
    declared.requires.every((name) => constraint(request, name) !== undefined)
  );
}

function constraintReasons(target: CatalogueTarget, request: LimitedRequest): readonly Reason[] {
  const { action, resource, phase } = request;
  const refused: Reason[] = [{ code: "key:constraint" }];
  if (
    !isListed(constraint(request, action.type), action.type === "tool" ? action.name : resource?.id)
  ) {
    return refused;
  }
  if (action.type === "model" || target.resource === "none") return [];
  const type = target.resource?.type;
  if (phase === "list") {
    const allowed = type === undefined || type === "cidr" ? undefined : constraint(request, type);
    return allowed === undefined || (Array.isArray(allowed) && allowed.length > 0) ? [] : refused;
  }
  if (type === undefined) {
    const narrowed = Object.entries(request.key.constraints ?? {}).some(
      ([name, allowed]) => !unresourced.has(name) && Array.isArray(allowed),
    );
    return narrowed ? [{ code: "key:constraint_unresolved" }] : [];
  }
  if (resource?.type !== type) return [{ code: "engine:resource_underived" }];
  if (type === "cidr") return [];
  return isListed(constraint(request, type), resource.id) ? [] : refused;
}

/** An absent constraint does not narrow; anything but a list that holds the id refuses. */
function isListed(allowed: JsonValue | undefined, id: string | undefined): boolean {
  if (allowed === undefined) return true;
  return id !== undefined && Array.isArray(allowed) && allowed.includes(id);
}

function constraint(request: LimitedRequest, name: string): JsonValue | undefined {
  const { constraints } = request.key;
  return constraints === undefined ? undefined : member(constraints, name);
}

// Names come from requests and keys: `constructor` and its like must not be found.
function member<T>(table: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
