import { generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A key pair, and its public half as it is configured. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly pem: string;
  readonly jwk: string;
}

function signingKey({
  publicKey,
  privateKey,
}: {
  publicKey: KeyObject;
  privateKey: KeyObject;
}): SigningKey {
  return {
    privateKey,
    pem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    jwk: JSON.stringify(publicKey.export({ format: "jwk" })),
  };
}

/** Keys by the algorithm that they are usually used with. */
export const signingKeys = {
  ES256: signingKey(generateKeyPairSync("ec", { namedCurve: "P-256" })),
  ES384: signingKey(generateKeyPairSync("ec", { namedCurve: "P-384" })),
  ES512: signingKey(generateKeyPairSync("ec", { namedCurve: "P-521" })),
  RS256: signingKey(generateKeyPairSync("rsa", { modulusLength: 2048 })),
  EdDSA: signingKey(generateKeyPairSync("ed25519")),
};

/** Another key of the most usual kind. */
export const strangersKey: SigningKey = signingKey(
  generateKeyPairSync("ec", { namedCurve: "P-256" }),
);

/** A private key, which no loader should hold. */
export const privatePem: string = signingKeys.ES256.privateKey
  .export({ type: "pkcs8", format: "pem" })
  .toString();
