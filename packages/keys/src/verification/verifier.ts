import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { VerificationCode } from "@scopeward/core";
import type { KeyVerifier, Principal, Verification, VerifyOptions } from "@scopeward/sdk";
import type { KeysContext } from "../keys-context.ts";
import type { KeyBody, StoredSecret } from "../record/key-body.ts";
import type { Pepper } from "../secrets/peppers.ts";
import { isSameMac } from "../secrets/same-mac.ts";
import { Secret } from "../token/secret.ts";
import { type ParsedToken, parseToken } from "../token/token.ts";
import { Availability, faultReason } from "./availability.ts";
import { chainFacts } from "./chain-facts.ts";
import type { ChainRead, ChainSource } from "./chain-source.ts";
import { maxChainLength } from "../authority/chain-length.ts";
import { checkKey, type KeyCheck } from "./check-key.ts";
import { ExpiryClock } from "./expiry-clock.ts";
import { Failures } from "./failures.ts";
import { ImmediateChains } from "./immediate-chains.ts";
import { KeyUses } from "./key-uses.ts";
import { PolledChains } from "./polled-chains.ts";
import { makePrincipal, narrow, type PrincipalOrigin, principalOrigin } from "./principal.ts";

/** No node trusts what it knows for longer than this (contract), in milliseconds. */
export const revocationBoundMs = 5_000;

/** How often what is buffered is written, in milliseconds. */
const flushEveryMs = 60_000;
/** How many peppers are looked for at most: one for the seal of each key, and those of two secrets. */
const maxSearches = maxChainLength + 2;

/** The verifier of one tenant in this process. */
export interface Verifier extends KeyVerifier {
  /** These keys were changed by this process: nothing cached of them is used again. */
  invalidate(ids: readonly string[]): void;
  /** Writes what is buffered (last uses, digests under the current pepper) and ends. */
  close(): Promise<void>;
}

/** Makes a verifier. Does no I/O until the first verification. */
export function openVerifier(context: KeysContext): Verifier {
  return new ChainVerifier(context);
}

type Question = Omit<KeyCheck, "digested" | "wallMs" | "expiryMs"> & { readonly isStrong: boolean };
type Rejected = Extract<Verification, { outcome: "rejected" }>;
type GoodRead = Extract<ChainRead, { kind: "read" }>;

// What unknown keys are digested with as long as there was no known one: a pepper must not be made
// because somebody sent a text.
const standInKey = createSecretKey(randomBytes(32));
const standIn: Pick<Pepper, "digest"> = {
  digest: (token) => createHmac("sha256", standInKey).update(token).digest("base64url"),
};

const noToken: Rejected = Object.freeze({ outcome: "rejected", code: "key:malformed" });

class ChainVerifier implements Verifier {
  readonly #context: KeysContext;
  readonly #chains: ChainSource;
  readonly #expiryClock: ExpiryClock;
  readonly #failures: Failures;
  readonly #uses: KeyUses;
  /** The pepper for what is new; undefined before a key was verified. */
  #pepper: Pepper | undefined;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(context: KeysContext) {
    const availability = new Availability(context);
    this.#context = context;
    this.#chains =
      context.store.propagation === "immediate"
        ? new ImmediateChains(context, availability)
        : new PolledChains(context, availability, revocationBoundMs);
    this.#expiryClock = new ExpiryClock(context.clock, (milliseconds) =>
      context.emit("clock-stepped", { milliseconds }),
    );
    this.#failures = new Failures(context);
    this.#uses = new KeyUses(context, (ids) => this.invalidate(ids));
  }

  verify(token: unknown, options?: VerifyOptions): Promise<Verification> {
    try {
      const shown = parseToken(token instanceof Secret ? token.reveal() : token);
      const address = addressOf(options?.address);
      if (shown === undefined) {
        this.#failures.junk(address);
        return Promise.resolve(noToken);
      }
      if (this.#failures.isRefused(shown.id, address)) {
        return Promise.resolve(rejected("key:wrong_secret", shown.id, "too many wrong secrets"));
      }
      const isStrong = options?.consistency === "strong";
      return this.#answer({
        tenant: this.#context.tenant,
        keyId: shown.id,
        shown,
        address,
        narrowings: [],
        isStrong,
      });
    } catch {
      // What was handed in answers with exceptions of its own.
      return Promise.resolve(noToken);
    }
  }

  reverify(
    principal: Principal,
    options?: Pick<VerifyOptions, "consistency">,
  ): Promise<Verification> {
    const origin = principalOrigin(principal);
    if (origin === undefined || origin.verifier !== this) return Promise.resolve(noToken);
    return this.#answer({
      tenant: this.#context.tenant,
      keyId: principal.key.id,
      shown: origin.secretNumber,
      address: principal.address,
      narrowings: origin.narrowings,
      isStrong: options?.consistency === "strong",
    });
  }

  invalidate(ids: readonly string[]): void {
    this.#chains.invalidate(ids);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  // Whatever is thrown on the way is a rejection.
  async #answer(question: Question): Promise<Verification> {
    const { keyId } = question;
    try {
      if (this.#closing !== undefined) {
        return rejected("key:store_unavailable", keyId, "the keys were closed");
      }
      this.#start();
      let missing = "";
      for (let count = 0; count <= maxSearches; count++) {
        const reading = this.#chains.read(keyId, question.isStrong);
        const digested = this.#digest(question.shown);
        const read = await reading;
        if (read.kind === "rejected") return rejected(read.code, keyId, read.detail);
        const wallMs = this.#context.clock.wallMs();
        const expiryMs = this.#expiryClock.nowMs();
        const check: KeyCheck = { ...question, digested, wallMs, expiryMs };
        const checked = checkKey(read.chain, check, this.#context.peppers);
        if (checked.kind === "usable") {
          if (this.#pepper === undefined) await this.#learnPepper();
          return this.#accept(check, read, checked.secret);
        }
        if (checked.kind === "rejected") return this.#refuse(check, checked.code, checked.detail);
        // It is not enough to look at the same record again: while waiting it may have been revoked.
        missing = checked.pepper;
        if ((await this.#context.peppers.find(missing)) === undefined) break;
      }
      const { peppers } = this.#context;
      return rejected("key:pepper_unavailable", keyId, peppers.whyUnknown(missing));
    } catch (fault) {
      return rejected("key:store_unavailable", keyId, faultReason(fault));
    }
  }

  #accept(check: KeyCheck, { chain, freshness }: GoodRead, secret: StoredSecret): Verification {
    const bodies = chain.map(({ body }) => body!) as [KeyBody, ...KeyBody[]];
    const { shown, narrowings, wallMs } = check;
    const token = typeof shown === "number" ? {} : { token: shown.text };
    const { sealPepper } = chain[0]!;
    this.#uses.note({ body: bodies[0], secret, sealPepper, wallMs, ...token }, this.#pepper);
    const origin: PrincipalOrigin = { verifier: this, secretNumber: secret.number, narrowings };
    const facts = narrowings.reduce(
      narrow,
      chainFacts(bodies, freshness, check.address, secret.endsAt),
    );
    return { outcome: "verified", principal: makePrincipal(facts, origin) };
  }

  #refuse(check: KeyCheck, code: VerificationCode, detail: string): Verification {
    const { shown, keyId, address } = check;
    if (typeof shown !== "number") {
      if (code === "key:unknown") this.#missUnknown(shown, check);
      if (code === "key:wrong_secret") this.#failures.wrongSecret(keyId, address);
    }
    return rejected(code, keyId, detail);
  }

  // Most secrets are under the current pepper, so this is done while the store looks for the key.
  #digest(shown: ParsedToken | number): KeyCheck["digested"] {
    const pepper = this.#pepper;
    if (pepper === undefined || typeof shown === "number") return undefined;
    return { pepper, digest: pepper.digest(shown.text) };
  }

  // The same work as for a key that is there, so that time does not tell which ids are.
  #missUnknown(shown: ParsedToken, { digested, address }: KeyCheck): void {
    const digest = digested?.digest ?? standIn.digest(shown.text);
    isSameMac(digest, digest);
    this.#failures.junk(address);
  }

  #start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.#flush(), flushEveryMs);
    this.#timer.unref();
  }

  // Without it verifications go on; those that need it find out for themselves.
  async #learnPepper(): Promise<void> {
    this.#pepper = await this.#context.peppers.current().catch(() => this.#pepper);
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#flushOnce().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flushOnce(): Promise<void> {
    this.#failures.flush();
    await this.#uses.flush();
    if (this.#pepper !== undefined) await this.#learnPepper();
  }

  async #end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#chains.close();
    await this.#flushing;
    this.#failures.close();
    await this.#uses.flush();
  }
}

/** Only an address: a proxy hands on what clients wrote, and it is shown in events. */
function addressOf(text: unknown): string | undefined {
  return typeof text === "string" && isIP(text) !== 0 ? text : undefined;
}

function rejected(code: VerificationCode, keyId: string, detail: string): Rejected {
  return { outcome: "rejected", code, keyId, detail };
}
