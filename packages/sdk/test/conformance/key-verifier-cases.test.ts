import { setImmediate as turn } from "node:timers/promises";
import { keyVerifierCases } from "../../src/conformance.ts";
import type { KeyVerifierHarness } from "../../src/conformance.ts";
import type { Narrowing, Principal, Verification, VerifyOptions } from "../../src/index.ts";
import { describeSuite } from "./broken-implementations.ts";
import { memoryKeysHarness, type MemoryKeys, MemoryVerifier } from "./memory-verifier.ts";
import type { Origin } from "./memory-verifier.ts";

type Class = new (keys: MemoryKeys) => MemoryVerifier;

function breaks(Verifier: Class): () => KeyVerifierHarness {
  return () => memoryKeysHarness((keys) => new Verifier(keys));
}

describeSuite(keyVerifierCases, memoryKeysHarness, [
  {
    fault: "leaves the constraints out of a strong answer",
    rule: "says what the key says",
    harness: breaks(
      class extends MemoryVerifier {
        override async verify(token: unknown, options?: VerifyOptions): Promise<Verification> {
          const key = typeof token === "string" ? this.keys.byToken.get(token) : undefined;
          if (options?.consistency !== "strong" || key === undefined) return super.verify(token);
          return this.answer({ key: { ...key, constraints: {} }, narrowings: [] });
        }
      },
    ),
  },
  {
    fault: "trims what it is given",
    rule: "what is no token",
    harness: breaks(
      class extends MemoryVerifier {
        override async verify(token: unknown): Promise<Verification> {
          return super.verify(typeof token === "string" ? token.trim() : token);
        }
      },
    ),
  },
  {
    fault: "takes whatever can be made a text",
    rule: "what is no token",
    harness: breaks(
      class extends MemoryVerifier {
        override async verify(token: unknown): Promise<Verification> {
          return super.verify(String(token));
        }
      },
    ),
  },
  {
    fault: "repeats the token for the operator",
    rule: "no rejection shows it",
    harness: breaks(
      class extends MemoryVerifier {
        override async verify(token: unknown): Promise<Verification> {
          const answer = await super.verify(token);
          return answer.outcome === "rejected" && typeof token === "string"
            ? { ...answer, detail: `not known: ${token}` }
            : answer;
        }
      },
    ),
  },
  {
    fault: "freezes the principal, and not what it holds",
    rule: "is frozen",
    harness: breaks(
      class extends MemoryVerifier {
        override freeze<T>(value: T): T {
          return Object.freeze(value);
        }
      },
    ),
  },
  {
    fault: "adds a constraint when it reads the authority again",
    rule: "the same",
    harness: breaks(
      class extends MemoryVerifier {
        override async reverify(
          principal: Principal,
          options?: VerifyOptions,
        ): Promise<Verification> {
          const origin = this.originOf(principal);
          if (options?.consistency !== "strong" || origin === undefined) {
            return super.reverify(principal);
          }
          return this.answer({ ...origin, key: { ...origin.key, constraints: { tool: [] } } });
        }
      },
    ),
  },
  {
    fault: "takes a copy for the principal",
    rule: "what it did not make",
    harness: breaks(
      class extends MemoryVerifier {
        override originOf(principal: unknown): Origin | undefined {
          const found = super.originOf(principal);
          if (found !== undefined || typeof principal !== "object") return found;
          const id = (principal as Principal | null)?.key?.id;
          const key = [...this.keys.byToken.values()].find((each) => each.id === id);
          return key === undefined ? undefined : { key, narrowings: [] };
        }
      },
    ),
  },
  {
    fault: "does not look again whether the key was revoked",
    rule: "that was revoked",
    harness: breaks(
      class extends MemoryVerifier {
        override async reverify(principal: Principal): Promise<Verification> {
          const origin = this.originOf(principal);
          if (origin === undefined) return this.reject("key:malformed");
          return { outcome: "verified", principal: this.principal(origin) };
        }
      },
    ),
  },
  {
    fault: "forgets what the principal was narrowed to",
    rule: "stays so",
    harness: breaks(
      class extends MemoryVerifier {
        override async reverify(principal: Principal): Promise<Verification> {
          const origin = this.originOf(principal);
          if (origin === undefined) return this.reject("key:malformed");
          return this.answer({ ...origin, narrowings: [] });
        }
      },
    ),
  },
  {
    fault: "lets the last narrowing stand for all",
    rule: "stays so",
    harness: breaks(
      class extends MemoryVerifier {
        override principal({ key, narrowings }: Origin): Principal {
          const last: readonly Narrowing[] = narrowings.slice(-1);
          return super.principal({ key, narrowings: last });
        }
      },
    ),
  },
  {
    fault: "keeps the last token that it was shown",
    rule: "at the same time",
    harness: () => {
      let last: unknown;
      return memoryKeysHarness(
        (keys) =>
          new (class extends MemoryVerifier {
            override async verify(token: unknown): Promise<Verification> {
              last = token;
              await turn();
              return super.verify(last);
            }
          })(keys),
      );
    },
  },
]);
