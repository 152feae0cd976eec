import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { type Clock, type SecretProvider, type SecretSet, systemClock } from "@scopeward/sdk";
import { KeysError } from "../keys-error.ts";
import { isVersionId, leastSecretBytes } from "./secret-bytes.ts";

/** One version of the pepper, ready to compute with. Its bytes are not reachable from here. */
export interface Pepper {
  readonly id: string;
  /** HMAC-SHA-256 of a whole token under the pepper itself, base64url: what a record stores of it. */
  digest(token: string): string;
  /** HMAC-SHA-256 of a body's text, under a key that HKDF derives from the pepper, base64url. */
  seal(body: string): string;
  /** HMAC-SHA-256 under a third derived key, base64url: of idempotency keys and requests. */
  fingerprint(text: string): string;
}

/** The peppers of this process, read when they are first needed. */
export interface Peppers {
  /**
   * The one for what is new. The provider is read again at most once a minute, so a version that was
   * added elsewhere is used without a restart; when that fails, the one that is known goes on.
   * @throws KeysError `pepper_unavailable`, as long as no reading succeeded.
   */
  current(): Promise<Pepper>;
  /** Of what is known now: synchronous, for the way of a verification. Undefined before the first read. */
  known(id: string): Pepper | undefined;
  /** As `known`; where it is not known, the provider is read again, at most once a second. Never rejects. */
  find(id: string): Promise<Pepper | undefined>;
  /** For the operator: what the last reading failed with, else that the place lacks this version. */
  whyUnknown(id: string): string;
  /**
   * Reads the provider now: what it holds replaces what was known.
   * @throws KeysError `pepper_unavailable`; what was known stays.
   */
  reread(): Promise<void>;
}

const searchEveryMs = 1_000;
const refreshEveryMs = 60_000;
const patienceMs = 5_000;

interface Known {
  readonly current: Pepper;
  readonly all: ReadonlyMap<string, Pepper>;
}

/**
 * Peppers from a provider. A provider that does not answer within five seconds counts as failed.
 * @param clock - only its monotonic time is used: for how long ago the provider was read.
 */
export function openPeppers(provider: SecretProvider, clock: Clock = systemClock): Peppers {
  let known: Known | undefined;
  let fault: string | undefined;
  let reading: Promise<void> | undefined;
  let startedMs = Number.NEGATIVE_INFINITY;

  const readOnce = async (): Promise<void> => {
    startedMs = clock.monotonicMs();
    try {
      known = await readPeppers(provider);
      fault = undefined;
    } catch (error) {
      fault = (error as KeysError).message;
      throw error;
    }
  };
  // Calls at the same time share one reading.
  const reread = (): Promise<void> => {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const elapsedMs = (): number => clock.monotonicMs() - startedMs;

  return {
    reread,
    known: (id) => known?.all.get(id),
    async current() {
      if (known === undefined) await reread();
      else if (elapsedMs() >= refreshEveryMs) await reread().catch(ignore);
      return known!.current;
    },
    async find(id) {
      const found = known?.all.get(id);
      if (found !== undefined) return found;
      if (reading !== undefined || elapsedMs() >= searchEveryMs) await reread().catch(ignore);
      return known?.all.get(id);
    },
    whyUnknown: (id) =>
      fault ??
      `the pepper is not at hand: ${provider.place} lacks the version \`${id}\`: add it there, behind the current one`,
  };
}

// A revocation needs a pepper too, and must not fail because the provider is away for a while.
function ignore(): void {}

async function readPeppers(provider: SecretProvider): Promise<Known> {
  let set: SecretSet;
  try {
    set = await withinPatience(provider);
  } catch (error) {
    const reason = error instanceof Error ? error.message : `${provider.place} cannot be read`;
    throw unavailable(reason, { cause: error });
  }
  const fault = faultOf(set);
  if (fault !== undefined) throw unavailable(`${provider.place} ${fault}`);
  const all = new Map([...set.versions].map(([id, bytes]) => [id, makePepper(id, bytes)]));
  return { current: all.get(set.current)!, all };
}

async function withinPatience(provider: SecretProvider): Promise<SecretSet> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${provider.place} gave no answer within ${patienceMs / 1000} s`));
    }, patienceMs);
  });
  try {
    return await Promise.race([read(provider), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

// Also what a provider throws at once becomes a rejection.
async function read(provider: SecretProvider): Promise<SecretSet> {
  return provider.read("pepper");
}

function unavailable(reason: string, options?: ErrorOptions): KeysError {
  return new KeysError("pepper_unavailable", `the pepper is not at hand: ${reason}`, options);
}

// The provider may be anybody's. Ids are not shown: a set that is built wrongly may hold a secret there.
function faultOf(set: SecretSet): string | undefined {
  if (typeof set !== "object" || set === null || !(set.versions instanceof Map)) {
    return "gave no set of secrets";
  }
  for (const [id, bytes] of set.versions) {
    if (typeof id !== "string" || !isVersionId(id)) return "has a version with a malformed id";
    if (!(bytes instanceof Uint8Array) || bytes.byteLength < leastSecretBytes) {
      return `has a version of fewer than ${leastSecretBytes} bytes`;
    }
  }
  return set.versions.has(set.current)
    ? undefined
    : "has a current version that is not among its versions";
}

// With a KeyObject an HMAC takes 2 microseconds, with the bytes 12.
function makePepper(id: string, bytes: Uint8Array): Pepper {
  const key = createSecretKey(bytes);
  const sealKey = derive(key, "scopeward keys: seal of a record, 1");
  const fingerprintKey = derive(key, "scopeward keys: fingerprint of a request, 1");
  return {
    id,
    digest: (token) => mac(key, token),
    seal: (body) => mac(sealKey, body),
    fingerprint: (text) => mac(fingerprintKey, text),
  };
}

function mac(key: KeyObject, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

function derive(key: KeyObject, info: string): KeyObject {
  return createSecretKey(new Uint8Array(hkdfSync("sha256", key, "", info, 32)));
}
