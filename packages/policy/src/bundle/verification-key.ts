import { createPublicKey, createSecretKey, X509Certificate } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import type { BundleVerification } from "../policy.ts";
import type { BundleRefusal } from "./bundle-problem.ts";
import { refuseBundle } from "./bundle-problem.ts";

/** A key with the JWS algorithms that may be used with it, or why there is none. */
export type VerificationKey =
  | { readonly kind: "key"; readonly key: KeyObject; readonly algorithms: readonly string[] }
  | BundleRefusal;

/**
 * Reads the configured key. The kind of the key alone says which algorithms there are, never the
 * signature: a public key taken for a shared secret would let everybody sign. A secret is only what
 * says so itself, as JWK of type `oct`.
 */
export function readVerificationKey({ key: text, algorithm }: BundleVerification): VerificationKey {
  let read: ReadKey | undefined;
  try {
    read = text.trimStart().startsWith("{") ? readJwk(text) : readPem(text);
  } catch {
    // The reason would come from a parser that has seen the key.
  }
  if (read === undefined) {
    return invalid("the key is no public key in PEM (SPKI, PKCS #1 or certificate), and no JWK");
  }
  const possible = algorithmsOf(read.key);
  const wanted = algorithm ?? read.algorithm;
  if (wanted === undefined) {
    const [usual] = possible;
    if (usual === undefined) return invalid("the key is of a kind that signs no bundle");
    return { kind: "key", key: read.key, algorithms: usual };
  }
  const algorithms = possible.find((names) => names.includes(wanted));
  if (algorithms === undefined) return invalid("the algorithm does not belong to the key");
  return { kind: "key", key: read.key, algorithms };
}

interface ReadKey {
  readonly key: KeyObject;
  /** The one that the key itself names. */
  readonly algorithm?: string;
}

function readPem(text: string): ReadKey | undefined {
  // Node would take the public half out of a private key, which does not belong here.
  if (text.includes("PRIVATE KEY")) return undefined;
  if (text.includes("CERTIFICATE")) return { key: new X509Certificate(text).publicKey };
  return { key: createPublicKey(text) };
}

function readJwk(text: string): ReadKey | undefined {
  const jwk = JSON.parse(text) as JsonWebKey & { readonly alg?: unknown };
  if (jwk.d !== undefined) return undefined;
  const key =
    jwk.kty === "oct"
      ? createSecretKey(String(jwk.k), "base64url")
      : createPublicKey({ key: jwk, format: "jwk" });
  return typeof jwk.alg === "string" ? { key, algorithm: jwk.alg } : { key };
}

/** What a key can be used with, the usual first; names of one algorithm together. */
function algorithmsOf(key: KeyObject): readonly (readonly string[])[] {
  if (key.type === "secret") return secretAlgorithms(key.symmetricKeySize ?? 0);
  switch (key.asymmetricKeyType) {
    case "rsa":
      return ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map((name) => [name]);
    case "rsa-pss":
      return ["PS256", "PS384", "PS512"].map((name) => [name]);
    case "ec":
      return ellipticAlgorithms[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? [];
    case "ed25519":
      return [["EdDSA", "Ed25519"]];
    default:
      return [];
  }
}

// RFC 7518 section 3.2: a secret is at least as long as the digest.
function secretAlgorithms(bytes: number): readonly (readonly string[])[] {
  return [256, 384, 512].filter((bits) => bytes * 8 >= bits).map((bits) => [`HS${bits}`]);
}

const ellipticAlgorithms: Readonly<Record<string, readonly (readonly string[])[]>> = {
  prime256v1: [["ES256"]],
  secp384r1: [["ES384"]],
  secp521r1: [["ES512"]],
};

function invalid(message: string): BundleRefusal {
  return refuseBundle("verification_key_invalid", message);
}
