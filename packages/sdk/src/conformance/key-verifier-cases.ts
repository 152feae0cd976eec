import assert from "node:assert/strict";
import { covers } from "@scopeward/core";
import type { KeyVerifier, Verification } from "../key-verifier.ts";
import type { Principal } from "../principal.ts";
import { hostileValues } from "./hostile-values.ts";

/** A key as its owner got it. */
export interface IssuedKey {
  readonly id: string;
  readonly token: string;
}

/** What an implementation of KeyVerifier brings to one case: a verifier with a store of its own. */
export interface KeyVerifierHarness {
  /** A verifier on the store of this case; a further one where it can have several. */
  readonly open: () => Promise<KeyVerifier>;
  /** Makes a key that works from any address and is bound to nothing but what is given. */
  readonly issue: (authority: {
    readonly scopes: readonly string[];
    readonly constraints?: { readonly [name: string]: readonly string[] };
  }) => Promise<IssuedKey>;
  /** Ends a key for good; resolves once every verification that starts from then on sees it. */
  readonly revoke: (key: IssuedKey) => Promise<void>;
  /** A token that is well-formed, and that no key has. */
  readonly unknownToken: () => string;
}

/** One rule that every verifier of keys keeps. */
export interface KeyVerifierCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the verifier breaks the rule. Needs no test runner. */
  readonly run: (harness: KeyVerifierHarness) => Promise<void>;
}

const authority = { scopes: ["notes:*"], constraints: { dataset: ["hr", "sales"] } };

function principalOf(verification: Verification): Principal {
  assert(verification.outcome === "verified", "a key that works is verified");
  return verification.principal;
}

function codeOf(verification: Verification): string {
  return verification.outcome === "verified" ? "verified" : verification.code;
}

/** Settles in any case, so that a rejection is an answer like another. */
async function outcome(asked: () => Promise<Verification>): Promise<string> {
  try {
    return codeOf(await asked());
  } catch {
    return "an error was thrown";
  }
}

/** What a principal says but for its age, which goes on. */
function saysOf({ freshness: _freshness, ...says }: Principal): object {
  return structuredClone(says);
}

function assertFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  assert(Object.isFrozen(value), "a principal is frozen with all that it holds");
  for (const member of Object.values(value)) assertFrozen(member);
}

function assertNoMore(narrow: Principal, wide: Principal): void {
  for (const scope of narrow.key.scopes) {
    assert(wide.key.scopes.some((grant) => covers(grant, scope)));
  }
  for (const [name, ids] of Object.entries(wide.key.constraints ?? {})) {
    const kept = narrow.key.constraints?.[name];
    assert(Array.isArray(ids) && Array.isArray(kept) && kept.every((id) => ids.includes(id)));
  }
}

/** Every rule of the port {@link KeyVerifier}, for the author of an implementation. */
export const keyVerifierCases: readonly KeyVerifierCase[] = [
  {
    name: "the token of a key is verified, and the principal says what the key says",
    run: async ({ open, issue }) => {
      const [verifier, key] = [await open(), await issue(authority)];
      for (const consistency of ["bounded", "strong"] as const) {
        const principal = principalOf(await verifier.verify(key.token, { consistency }));
        assert.equal(principal.key.id, key.id);
        assert.deepEqual(principal.key.scopes, authority.scopes);
        assert.deepEqual(principal.key.constraints?.["dataset"], authority.constraints.dataset);
        assert.deepEqual(principal.actors, []);
      }
    },
  },
  {
    name: "what is no token is malformed, whatever it is, and nothing is thrown",
    run: async ({ open, issue }) => {
      const [verifier, { token }] = [await open(), await issue(authority)];
      for (const value of [
        ...hostileValues(),
        `${token} `,
        `${token}\0`,
        token.slice(1),
        [token],
      ]) {
        assert.equal(await outcome(() => verifier.verify(value)), "key:malformed");
      }
    },
  },
  {
    name: "a token that no key has is rejected, and no rejection shows it",
    run: async ({ open, unknownToken }) => {
      const verifier = await open();
      const token = unknownToken();
      const verification = await verifier.verify(token);
      assert(verification.outcome === "rejected");
      assert(["key:unknown", "key:wrong_secret"].includes(verification.code));
      // The id of the key is public and may be in it; the end of the token is not.
      assert(!JSON.stringify(verification).includes(token.slice(-12)));
    },
  },
  {
    name: "a principal is frozen with all that it holds",
    run: async ({ open, issue }) => {
      const principal = principalOf(await (await open()).verify((await issue(authority)).token));
      assertFrozen(principal);
      assertFrozen(principal.attenuate({ scopes: ["notes:read"] }));
      assert(Object.isFrozen(Object.getPrototypeOf(principal)));
    },
  },
  {
    name: "a principal that is verified again is the same",
    run: async ({ open, issue }) => {
      const [verifier, { token }] = [await open(), await issue(authority)];
      const principal = principalOf(await verifier.verify(token));
      const again = principalOf(await verifier.reverify(principal));
      assert.deepEqual(saysOf(again), saysOf(principal));
      const third = principalOf(await verifier.reverify(again, { consistency: "strong" }));
      assert.deepEqual(saysOf(third), saysOf(principal));
    },
  },
  {
    name: "what it did not make is no principal, and nothing is thrown",
    run: async ({ open, issue }) => {
      const [verifier, other] = [await open(), await open()];
      const { token } = await issue(authority);
      const principal = principalOf(await verifier.verify(token));
      const prototype = Object.getPrototypeOf(principal) as object;
      const forged: readonly unknown[] = [
        ...hostileValues(),
        token,
        { ...principal },
        structuredClone({ ...principal, attenuate: undefined }),
        JSON.parse(JSON.stringify(principal)),
        new Proxy(principal, {}),
        Object.create(principal),
        Object.assign(Object.create(prototype), principal),
        principalOf(await other.verify(token)),
      ];
      for (const value of other === verifier ? forged.slice(0, -1) : forged) {
        const code = await outcome(() => verifier.reverify(value as Principal));
        assert.equal(code, "key:malformed");
      }
    },
  },
  {
    name: "a key that was revoked is seen by every verification that starts afterwards",
    run: async ({ open, issue, revoke }) => {
      const [verifier, key, other] = [await open(), await issue(authority), await issue(authority)];
      const principal = principalOf(await verifier.verify(key.token));
      const narrow = principal.attenuate({ scopes: ["notes:read"] });
      await revoke(key);
      assert.equal(codeOf(await verifier.verify(key.token)), "key:revoked");
      assert.equal(codeOf(await verifier.reverify(principal)), "key:revoked");
      assert.equal(codeOf(await verifier.reverify(narrow)), "key:revoked");
      assert.equal(codeOf(await verifier.verify(other.token)), "verified");
    },
  },
  {
    name: "a principal that was narrowed stays so when it is verified again, and nothing widens it",
    run: async ({ open, issue }) => {
      const [verifier, { token }] = [await open(), await issue(authority)];
      const principal = principalOf(await verifier.verify(token));
      const scopes = ["notes:read", "payments:**"];
      const steps = [
        { scopes, constraints: { dataset: ["sales", "ops"] } },
        { actor: { type: "agent", id: "researcher" } },
        { scopes: ["**"], constraints: { dataset: ["hr", "sales"] } },
      ];
      let narrow = principal;
      for (const step of steps) {
        const next = narrow.attenuate(step);
        assertNoMore(next, narrow);
        const again = principalOf(await verifier.reverify(next));
        assert.deepEqual(saysOf(again), saysOf(next));
        // Alternately from the one that was verified again, so that both ways are tried.
        narrow = narrow === principal ? next : again;
      }
      scopes.push("**");
      const last = principalOf(await verifier.reverify(narrow));
      assert.deepEqual(last.key.scopes, ["notes:read"]);
      assert.deepEqual(last.key.constraints?.["dataset"], ["sales"]);
      assert.deepEqual(
        last.actors.map(({ id }) => id),
        ["researcher"],
      );
      assert.deepEqual(saysOf(principalOf(await verifier.reverify(principal))), saysOf(principal));
    },
  },
  {
    name: "verifications at the same time do not get each other's answers",
    run: async ({ open, issue, unknownToken }) => {
      const verifier = await open();
      const keys: IssuedKey[] = [];
      for (let count = 0; count < 12; count++) keys.push(await issue(authority));
      const unknown = unknownToken();
      const rounds = await Promise.all(
        keys.flatMap((key) => [
          verifier.verify(key.token, { address: "192.0.2.1" }),
          verifier.verify(unknown),
        ]),
      );
      const ids = rounds.map((each) =>
        each.outcome === "verified" ? each.principal.key.id : undefined,
      );
      assert.deepEqual(
        ids,
        keys.flatMap(({ id }) => [id, undefined]),
      );
      const principals = rounds.flatMap((each) =>
        each.outcome === "verified" ? [each.principal] : [],
      );
      const again = await Promise.all(principals.map((each) => verifier.reverify(each)));
      assert.deepEqual(
        again.map((each) => principalOf(each).key.id),
        keys.map(({ id }) => id),
      );
    },
  },
];
