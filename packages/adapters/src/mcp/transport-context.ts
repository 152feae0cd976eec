import { denyFor, isJsonObject } from "@scopeward/core";
import type { JsonObject } from "@scopeward/core";
import { denialOf } from "@scopeward/sdk";
import type { Caller, Denial, Enforcer } from "@scopeward/sdk";

/** What the halves of a guarded connection have in common. */
export interface ConnectionContext {
  readonly enforcer: Enforcer;
  /** Ties the calls of the connection together. */
  readonly session: string;
  /** The name under which the policies know a tool or method of this server. */
  readonly policyName: (name: string) => string;
  readonly wires: Wires;
}

/** Both directions of a connection. What is carried is the transport's own, and is not looked into. */
export interface Wires {
  readonly toServer: (message: JsonObject, carried: unknown) => Promise<void>;
  readonly toClient: (message: JsonObject, carried: unknown) => Promise<void>;
}

/** Which of some policy names may be offered. */
export type Offer =
  | {
      readonly kind: "offered";
      readonly names: ReadonlySet<string>;
      /** Why the first of the others may not; undefined where all may. */
      readonly refusal: Denial | undefined;
    }
  | { readonly kind: "denied"; readonly denial: Denial };

/** Asks which of some tools or methods may be offered; one entry in the audit log. */
export async function offer(
  { enforcer, session }: ConnectionContext,
  caller: Caller,
  names: readonly string[],
): Promise<Offer> {
  const listing = await enforcer.list({ ...caller, session, tools: names });
  if (listing.kind === "deny") return { kind: "denied", denial: denialOf(listing.decision) };
  const [hidden] = listing.hidden;
  const refusal = hidden === undefined ? undefined : denialOf(denyFor(hidden.reasons));
  return { kind: "offered", names: new Set(listing.tools), refusal };
}

/** The id of what progress is told under, where a request asks for it. */
export function progressTokenOf(params: JsonObject | undefined): string | number | undefined {
  const meta = params?.["_meta"];
  const token = isJsonObject(meta) ? meta["progressToken"] : undefined;
  return typeof token === "string" || typeof token === "number" ? token : undefined;
}
