import type { Party } from "@scopeward/core";
import type { Freshness } from "@scopeward/sdk";
import { effectiveAuthority } from "../authority/authority.ts";
import type { KeyBody } from "../record/key-body.ts";
import { parseOwner } from "../record/owner.ts";
import { earliest, type PrincipalFacts } from "./principal.ts";

const nobody: readonly Party[] = Object.freeze([]);

/**
 * What a verified chain says of its nearest key: scopes and constraints that all of it allow, and the
 * earliest expiry.
 * @param chain - checked, nearest first, not empty.
 */
export function chainFacts(
  chain: readonly [KeyBody, ...KeyBody[]],
  freshness: Freshness,
  address: string | undefined,
  secretEndsAt: string | undefined,
): PrincipalFacts {
  const [key, ...above] = chain;
  const { scopes, constraints } = above.length === 0 ? key : effectiveAuthority(chain);
  const expiresAt = earliest(chain.map((one) => one.expiresAt));
  return {
    tenant: key.tenant,
    subject: Object.freeze(parseOwner(key.owner)!),
    actors: nobody,
    key: {
      id: key.id,
      audience: key.audience,
      // A management key changes keys and calls nothing, whatever its record says.
      scopes: key.kind === "mgt" ? [] : scopes,
      constraints,
      chain: above.map(({ id }) => ({ id })),
    },
    kind: key.kind,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    recordVersion: key.version,
    freshness,
    ...(secretEndsAt === undefined ? {} : { secretEndsAt }),
    ...(address === undefined ? {} : { address }),
  };
}
