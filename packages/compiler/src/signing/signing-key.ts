import { createPrivateKey, createSecretKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { isJsonObject } from "@scopeward/core";
import type { SigningOptions } from "@scopeward/sdk";

/** A private or secret key with the JWS algorithm to use it for. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: string;
}

/** Algorithms that OPA verifies. */
const algorithms = new Set(
  ["RS", "PS", "ES", "HS"]
    .flatMap((family) => [`${family}256`, `${family}384`, `${family}512`])
    .concat("EdDSA"),
);

/**
 * Reads a key as PEM or JWK, and finds its algorithm where none is given.
 * @throws Error if it is no private key, or not one for the algorithm. The message can hold parts of the
 *   key, so it must not be shown.
 */
export function readSigningKey({ key: text, algorithm }: SigningOptions): SigningKey {
  const key = text.trimStart().startsWith("{") ? fromJwk(text) : createPrivateKey(text);
  const found = algorithm ?? algorithmOf(key);
  if (found === undefined || !algorithms.has(found))
    throw new TypeError("no algorithm for the key");
  const digestBits = Number(found.slice(2));
  // RFC 7518 section 3.2: a secret is at least as long as the digest.
  if (key.type === "secret" && (key.symmetricKeySize ?? 0) * 8 < digestBits) {
    throw new RangeError("the secret is too short");
  }
  return { key, algorithm: found };
}

function fromJwk(text: string): KeyObject {
  const jwk: unknown = JSON.parse(text);
  if (!isJsonObject(jwk)) throw new TypeError("not a key");
  if (jwk["kty"] !== "oct") return createPrivateKey({ key: jwk, format: "jwk" });
  if (typeof jwk["k"] !== "string") throw new TypeError("a secret without a value");
  return createSecretKey(jwk["k"], "base64url");
}

function algorithmOf(key: KeyObject): string | undefined {
  if (key.type === "secret") return "HS256";
  switch (key.asymmetricKeyType) {
    case "rsa":
      return "RS256";
    case "rsa-pss":
      return "PS256";
    case "ed25519":
      return "EdDSA";
    case "ec":
      return curveAlgorithms.get(key.asymmetricKeyDetails?.namedCurve ?? "");
    default:
      return undefined;
  }
}

const curveAlgorithms: ReadonlyMap<string, string> = new Map([
  ["prime256v1", "ES256"],
  ["secp384r1", "ES384"],
  ["secp521r1", "ES512"],
]);
