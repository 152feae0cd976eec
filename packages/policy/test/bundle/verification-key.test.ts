import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readVerificationKey } from "../../src/bundle/verification-key.ts";
import { privatePem, signingKeys } from "./signing-keys.ts";

const secret = JSON.stringify({ kty: "oct", k: Buffer.alloc(32, 7).toString("base64url") });

function algorithmsOf(key: string, algorithm?: string): readonly string[] | undefined {
  const read = readVerificationKey(algorithm === undefined ? { key } : { key, algorithm });
  return read.kind === "key" ? read.algorithms : undefined;
}

describe("the kind of a key says which algorithm is usual", () => {
  it.each(Object.entries(signingKeys))("%s", (algorithm, { pem, jwk }) => {
    expect(algorithmsOf(pem)).toContain(algorithm);
    expect(algorithmsOf(jwk)).toEqual(algorithmsOf(pem));
  });

  it("a JWK may name it itself", () => {
    const jwk = { ...JSON.parse(signingKeys.RS256.jwk), alg: "PS512" };
    expect(algorithmsOf(JSON.stringify(jwk))).toEqual(["PS512"]);
  });

  it("a PKCS #1 key is one for RSA", () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = publicKey.export({ type: "pkcs1", format: "pem" }).toString();
    expect(algorithmsOf(pem)).toEqual(["RS256"]);
  });

  it("only what says so is a shared secret", () => {
    expect(algorithmsOf(secret)).toEqual(["HS256"]);
    expect(algorithmsOf(secret, "HS512")).toBeUndefined();
  });
});

describe("one that is given has to fit", () => {
  it.each<[string, string, boolean]>([
    ["PS384", signingKeys.RS256.pem, true],
    ["ES256", signingKeys.ES256.pem, true],
    ["ES384", signingKeys.ES256.pem, false],
    ["HS256", signingKeys.RS256.pem, false],
    ["HS256", signingKeys.RS256.jwk, false],
    ["none", signingKeys.ES256.pem, false],
    ["RS256", secret, false],
    ["", signingKeys.ES256.pem, false],
  ])("%s", (algorithm, key, fits) => {
    expect(algorithmsOf(key, algorithm)).toEqual(fits ? [algorithm] : undefined);
  });
});

describe("what is no public key is refused", () => {
  it.each<[string, string]>([
    ["words", "no key at all"],
    ["text", "secret"],
    ["a broken PEM", signingKeys.ES256.pem.replace("M", "!")],
    ["a private key", privatePem],
    ["a private JWK", JSON.stringify(signingKeys.ES256.privateKey.export({ format: "jwk" }))],
    ["a short secret", JSON.stringify({ kty: "oct", k: "YWJj" })],
    ["a secret without a value", JSON.stringify({ kty: "oct" })],
    ["an unknown kind of JWK", JSON.stringify({ kty: "XYZ" })],
    [
      "a key for agreement",
      generateKeyPairSync("x25519").publicKey.export({ type: "spki", format: "pem" }).toString(),
    ],
  ])("%s", (_, key) => {
    const read = readVerificationKey({ key });
    expect(read).toMatchObject({
      kind: "refused",
      problems: [{ code: "verification_key_invalid" }],
    });
    expect(JSON.stringify(read)).not.toContain(key);
  });
});
