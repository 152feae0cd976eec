import { Buffer } from "node:buffer";
import {
  constants,
  createHmac,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
  type KeyObject,
} from "node:crypto";
import { BuiltinError } from "../builtin-error.ts";

type Family = "hmac" | "pkcs1" | "pss" | "ecdsa" | "eddsa";

interface Algorithm {
  readonly family: Family;
  /** For node:crypto; EdDSA hashes by itself. */
  readonly hash: string | null;
}

const families: readonly (readonly [prefix: string, family: Family])[] = [
  ["HS", "hmac"],
  ["RS", "pkcs1"],
  ["PS", "pss"],
  ["ES", "ecdsa"],
];

// RFC 7518, section 3.1, and RFC 8037.
const algorithms: ReadonlyMap<string, Algorithm> = new Map<string, Algorithm>([
  ...families.flatMap(([prefix, family]) =>
    ["256", "384", "512"].map((bits) => [prefix + bits, { family, hash: `sha${bits}` }] as const),
  ),
  ["EdDSA", { family: "eddsa", hash: null }],
]);

/** The algorithms that tokens may be signed with; `none` is not one. */
export const algorithmNames: readonly string[] = [...algorithms.keys()];

/** Whether OPA knows the algorithm. */
export function isAlgorithm(name: string): boolean {
  return algorithms.has(name);
}

/** How strictly a signature is read: OPA's functions for one algorithm are looser than `decode_verify`. */
export type Strictness = "strict" | "loose";

/**
 * Whether the signature is the key's over `data`. False for an unknown algorithm and for a key that is
 * not the algorithm's: a public key is never taken as a secret. `loose` takes ECDSA signatures of any
 * even split and PSS salts of any length, but no private keys.
 */
export function verifies(
  name: string,
  key: KeyObject,
  data: string,
  signature: Buffer,
  strictness: Strictness,
): boolean {
  const algorithm = algorithms.get(name);
  if (algorithm === undefined || !fits(algorithm, key)) return false;
  const { family, hash } = algorithm;
  if (family === "hmac") {
    const expected = createHmac(hash!, key).update(data).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  if (strictness === "loose" && key.type !== "public") return false;
  const read = family === "ecdsa" ? ecdsaSignature(key, signature, strictness) : signature;
  if (read === undefined) return false;
  const saltLength =
    strictness === "loose" ? constants.RSA_PSS_SALTLEN_AUTO : constants.RSA_PSS_SALTLEN_DIGEST;
  try {
    return verifyBytes(hash, Buffer.from(data), { key, ...padding(family, saltLength) }, read);
  } catch {
    return false;
  }
}

/**
 * Signs `data`. ECDSA and PSS signatures are different each time.
 * @throws BuiltinError if OPA does not know the algorithm, or the key is not one that signs with it.
 */
export function signText(name: string, key: KeyObject, data: string): Buffer {
  const algorithm = algorithms.get(name);
  if (algorithm === undefined) throw new BuiltinError("unknown algorithm");
  if (!fits(algorithm, key) || key.type === "public") {
    throw new BuiltinError("the key is not one of the algorithm");
  }
  const { family, hash } = algorithm;
  if (family === "hmac") return createHmac(hash!, key).update(data).digest();
  try {
    const options = { key, ...padding(family, constants.RSA_PSS_SALTLEN_DIGEST) };
    return signBytes(hash, Buffer.from(data), options);
  } catch (cause) {
    throw new BuiltinError("the key cannot sign", { cause });
  }
}

function fits({ family }: Algorithm, key: KeyObject): boolean {
  switch (family) {
    case "hmac":
      return key.type === "secret";
    case "pkcs1":
    case "pss":
      return key.asymmetricKeyType === "rsa" && isSoundRsa(key);
    case "ecdsa":
      return key.asymmetricKeyType === "ec";
    case "eddsa":
      return key.asymmetricKeyType === "ed25519";
  }
}

// Go refuses what it calls insecure: short moduli, and exponents that make forging easy.
function isSoundRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const odd = publicExponent % 2n === 1n;
  return modulusLength >= 1024 && odd && publicExponent >= 3n && publicExponent < 2n ** 31n;
}

function padding(family: Family, saltLength: number): object {
  switch (family) {
    case "pkcs1":
      return { padding: constants.RSA_PKCS1_PADDING };
    case "pss":
      return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
    case "ecdsa":
      return { dsaEncoding: "ieee-p1363" };
    case "hmac":
    case "eddsa":
      return {};
  }
}

const curveBytes: Readonly<Record<string, number>> = {
  prime256v1: 32,
  secp384r1: 48,
  secp521r1: 66,
};

/** Whether OPA reads keys of this kind; not all of them sign tokens. */
export function isKnownKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === "ec") {
    return Object.hasOwn(curveBytes, asymmetricKeyDetails?.namedCurve ?? "");
  }
  return ["rsa", "ed25519", "x25519"].includes(asymmetricKeyType ?? "");
}

// Two numbers of the curve's size; `loose` takes each half of any length.
function ecdsaSignature(key: KeyObject, bytes: Buffer, strictness: Strictness): Buffer | undefined {
  const size = curveBytes[key.asymmetricKeyDetails?.namedCurve ?? ""];
  if (size === undefined) return undefined;
  if (strictness === "strict") return bytes.length === size * 2 ? bytes : undefined;
  const middle = Math.floor(bytes.length / 2);
  const halves = [bytes.subarray(0, middle), bytes.subarray(middle)].map((half) => {
    const significant = half.subarray(half.findIndex((byte) => byte !== 0));
    return Buffer.concat([Buffer.alloc(Math.max(size - significant.length, 0)), significant]);
  });
  return halves.every((half) => half.length === size) ? Buffer.concat(halves) : undefined;
}
