import { createPublicKey, X509Certificate, type KeyObject } from "node:crypto";
import { BuiltinError } from "../builtin-error.ts";
import { firstPemBlock, type PemBlock } from "../pem.ts";
import { parseJsonWebKeys, type JsonWebKey } from "./json-web-key.ts";
import { isAlgorithm, isKnownKey } from "./signature.ts";

/**
 * The keys that a token may be verified with: a PEM certificate's, a PEM public key, or those of a
 * JSON Web Key (set) but for other algorithms than tokens are signed with.
 * @throws BuiltinError if the text is none of these, or more follows the PEM block.
 */
export function parseVerificationKeys(text: string): readonly JsonWebKey[] {
  const block = firstPemBlock(text);
  if (block !== undefined) {
    if (block.rest !== "") throw new BuiltinError("extra data after a pem certificate block");
    return [{ key: pemKey(block) }];
  }
  return parseJsonWebKeys(text).filter(
    ({ algorithm }) => algorithm === undefined || algorithm === "" || isAlgorithm(algorithm),
  );
}

function pemKey({ type, bytes }: PemBlock): KeyObject {
  try {
    if (type === "CERTIFICATE") return new X509Certificate(bytes).publicKey;
    if (type === "PUBLIC KEY") {
      const key = createPublicKey({ key: bytes, format: "der", type: "spki" });
      if (isKnownKey(key)) return key;
    }
  } catch (cause) {
    throw new BuiltinError("a pem block cannot be read", { cause });
  }
  throw new BuiltinError("a pem block is no certificate or public key of a known kind");
}

/**
 * Whether one of the keys verifies: the one that the token's `kid` names, or else any whose algorithm,
 * if it has one, is the token's.
 */
export function verifiesWithAny(
  keys: readonly JsonWebKey[],
  token: { readonly keyId: string; readonly algorithm: string },
  verifies: (key: KeyObject) => boolean,
): boolean {
  const named =
    token.keyId === "" ? undefined : keys.find(({ id }) => id !== undefined && id === token.keyId);
  if (named !== undefined) return verifies(named.key);
  return keys.some(
    ({ key, algorithm = "" }) =>
      (algorithm === "" || algorithm === token.algorithm) && verifies(key),
  );
}
