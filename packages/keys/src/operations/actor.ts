import type { Principal } from "@scopeward/sdk";
import type { KeysContext } from "../keys-context.ts";
import type { KeyBody } from "../record/key-body.ts";
import { principalOrigin } from "../verification/principal.ts";
import type { Verifier } from "../verification/verifier.ts";
import { readKey } from "./key-reading.ts";
import { beyondMayGrant, beyondReach, type Managed } from "./may-grant.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** Who changes a key, with what it may do. */
export interface Actor {
  readonly kind: "actor";
  /** `local`, or `key:<id>`. */
  readonly name: string;
  /** The management key whose authority it is; must not have changed when a change is committed. */
  readonly keys: readonly Pick<KeyBody, "id" | "version">[];
  /** Why it may not end this key; undefined when it may. */
  mayEnd(key: Managed): Refusal | undefined;
  /** Why it may not bring a key into this state; undefined when it may. */
  mayGive(key: Managed, nowMs: number): Refusal | undefined;
}

/** This process, as the command line: it may do everything. */
export const localActor: Actor = {
  kind: "actor",
  name: "local",
  keys: [],
  mayEnd: () => undefined,
  mayGive: () => undefined,
};

/**
 * The actor that a principal is: a management key, verified anew from the authority. Done at each
 * operation, because it may have been revoked since.
 */
export async function actorOf(
  context: Pick<KeysContext, "tenant" | "store" | "peppers"> & { readonly verifier: Verifier },
  principal: Principal,
): Promise<Actor | Refusal> {
  if ((principalOrigin(principal)?.narrowings.length ?? 0) > 0) {
    // A narrowing speaks of scopes, which management is none of: nothing would be left out.
    return refuse("exceeds_authority", "a management key does not manage when it is attenuated");
  }
  const verification = await context.verifier.reverify(principal, { consistency: "strong" });
  if (verification.outcome === "rejected") {
    return refuse("exceeds_authority", `the management key is not accepted: ${verification.code}`);
  }
  const { key, kind, recordVersion } = verification.principal;
  if (kind !== "mgt") return refuse("exceeds_authority", "only a management key can change keys");
  const read = await readKey(context, key.id);
  if (read.kind === "refused") return refuse("exceeds_authority", "the management key is gone");
  const { body } = read;
  // What was verified is what must still hold at the commit.
  if (body.version !== recordVersion || body.mayGrant === undefined) {
    return refuse("conflict", "the management key was changed meanwhile: try again");
  }
  return managementActor(body, body.mayGrant);
}

function managementActor(body: KeyBody, mayGrant: NonNullable<KeyBody["mayGrant"]>): Actor {
  return {
    kind: "actor",
    name: `key:${body.id}`,
    keys: [{ id: body.id, version: body.version }],
    mayEnd: (key) => refusalOf(beyondReach(key, mayGrant)),
    mayGive: (key, nowMs) => refusalOf(beyondMayGrant(key, mayGrant, nowMs)),
  };
}

function refusalOf(problem: string | undefined): Refusal | undefined {
  return problem === undefined ? undefined : refuse("exceeds_authority", problem);
}
