import type { JsonObject } from "@scopeward/core";
import type {
  AccessVerifier,
  Enforcer,
  Principal,
  Surroundings,
  ToolArguments,
} from "@scopeward/sdk";
import type { TrustedProxies } from "./client-address.ts";

/** What every protected route has. */
export interface RouteBase {
  readonly enforcer: Enforcer;
  /** Absent: the client is the peer of the socket, whatever a header says. */
  readonly trustedProxies?: TrustedProxies;
}

/** A route that is a tool: the policies decide each request, with its arguments. */
export interface ToolRoute<R> extends RouteBase, Pick<ToolArguments, "parse"> {
  /** The tool's name, as a policy has it. */
  readonly tool: string;
  /**
   * Reads the arguments from the request; none where absent. Let the handler use those that it is given,
   * and read nothing from the request again: only those were decided on. What it throws is a request
   * that is malformed.
   */
  readonly args?: (request: R) => unknown;
  /** What the application knows of the request, for the policies. */
  readonly about?: (request: R) => Pick<Surroundings, "session" | "facts" | "subjectProperties">;
  readonly keys?: undefined;
}

/** A route for whoever has a scope, or any scope of a feature. Nothing of the request is decided on. */
export type AccessRoute = RouteBase & {
  /** `ward.keys`. */
  readonly keys: AccessVerifier;
} & (
    | { readonly scope: string; readonly feature?: undefined }
    | { readonly feature: string; readonly scope?: undefined }
  );

/** How a route is protected. `R` is the framework's request. */
export type Route<R> = ToolRoute<R> | AccessRoute;

/** What a handler is told of the request that it was let through for. */
export interface GuardedCall {
  readonly principal: Principal;
  /** What was decided on, deep-frozen; `{}` where the route is no tool. */
  readonly args: JsonObject;
}

/** When the secret that was shown stops to work: the name of a header with an RFC 3339 time. */
export const secretEndsHeader = "scopeward-secret-ends-at";

/** The name of the header in which a request hands back the id of an approval. */
export const approvalHeader = "scopeward-approval";

/** The header that tells the holder of a retiring secret to change over. */
export function secretEnds({ principal }: GuardedCall): readonly (readonly [string, string])[] {
  const { secretEndsAt } = principal;
  return secretEndsAt === undefined ? [] : [[secretEndsHeader, secretEndsAt]];
}
