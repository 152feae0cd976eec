import { createHmac, createVerify, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { BuildResult, Compiler, SigningOptions } from "@scopeward/sdk";
import { compactVerify } from "jose";
import { unpackTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openCompiler } from "../../src/index.ts";
import { bareHost, feature } from "../feature.ts";
import { ofKind } from "../of-kind.ts";

let compiler: Compiler;
beforeAll(async () => {
  compiler = await openCompiler(bareHost);
});
afterAll(async () => {
  await compiler.close();
});

const files = { "features/a.rego": feature("a"), "data.json": '{"b": 2, "a": [1.0, "é"]}' };

async function build(options?: SigningOptions): Promise<BuildResult> {
  return await compiler.build({ files, ...(options === undefined ? {} : { sign: options }) });
}

async function unpack(result: BuildResult): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await unpackTar(gunzipSync(ofKind(result, "built").bundle));
  return new Map(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? [])]));
}

async function sign(options: SigningOptions): Promise<string> {
  const signed = await unpack(await build(options));
  const { signatures } = JSON.parse(String(signed.get(".signatures.json"))) as {
    signatures: string[];
  };
  expect(signatures).toHaveLength(1);
  return signatures[0] ?? "";
}

function pem(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}

function jwk(key: KeyObject): string {
  return JSON.stringify(key.export({ format: "jwk" }));
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" });
const ed25519 = generateKeyPairSync("ed25519");

describe("a signature", () => {
  test.each([
    ["RS256", rsa],
    ["ES256", p256],
    ["ES384", p384],
    ["EdDSA", ed25519],
  ])("is %s for such a key, as PEM and as JWK, and verifies", async (algorithm, pair) => {
    for (const key of [pem(pair.privateKey), jwk(pair.privateKey)]) {
      const token = await sign({ key, keyId: "release", sequence: 7 });
      const { protectedHeader, payload } = await compactVerify(token, pair.publicKey);
      expect(protectedHeader).toEqual({ alg: algorithm, kid: "release", typ: "JWT" });
      const claims: unknown = JSON.parse(Buffer.from(payload).toString());
      expect(claims).toMatchObject({ keyid: "release", sequence: 7 });
    }
  });

  test("verifies with Node's own cryptography", async () => {
    const parts = (await sign({ key: pem(rsa.privateKey) })).split(".");
    const [header, payload, signature = ""] = parts;
    const verifier = createVerify("sha256").update(`${header}.${payload}`);
    expect(verifier.verify(rsa.publicKey, signature, "base64url")).toBe(true);

    const [head, body, bytes = ""] = (await sign({ key: pem(ed25519.privateKey) })).split(".");
    const signed = Buffer.from(`${head}.${body}`);
    expect(verify(null, signed, ed25519.publicKey, Buffer.from(bytes, "base64url"))).toBe(true);
  });

  test("is HS256 for a secret as JWK", async () => {
    const secret = randomBytes(32);
    const key = JSON.stringify({ kty: "oct", k: secret.toString("base64url") });
    const [header, payload, signature] = (await sign({ key })).split(".");
    const expected = createHmac("sha256", secret)
      .update(`${header}.${payload}`)
      .digest("base64url");
    expect(signature).toBe(expected);
  });

  test("takes the algorithm that is asked for, if the key fits", async () => {
    const token = await sign({ key: pem(rsa.privateKey), algorithm: "PS384" });
    expect((await compactVerify(token, rsa.publicKey)).protectedHeader.alg).toBe("PS384");
  });

  test("covers every file of the bundle and leaves out time, scope and what was not asked for", async () => {
    const signed = await unpack(await build({ key: pem(ed25519.privateKey) }));
    const { signatures } = JSON.parse(String(signed.get(".signatures.json"))) as {
      signatures: string[];
    };
    const { payload } = await compactVerify(signatures[0] ?? "", ed25519.publicKey);
    const claims = JSON.parse(Buffer.from(payload).toString()) as {
      files: { name: string; hash: string; algorithm: string }[];
    };
    expect(Object.keys(claims)).toEqual(["files"]);
    expect(claims.files.map(({ name }) => name)).toEqual(
      [...signed.keys()].filter((name) => name !== ".signatures.json").toSorted(),
    );
    expect(new Set(claims.files.map(({ algorithm }) => algorithm))).toEqual(new Set(["SHA-256"]));
  });

  test("changes nothing else of the bundle", async () => {
    const plain = await build();
    const signed = await build({ key: pem(ed25519.privateKey) });
    const entries = new Map(await unpack(signed));
    entries.delete(".signatures.json");
    expect(entries).toEqual(await unpack(plain));
    expect(signed).toMatchObject({ revision: plain.kind === "built" ? plain.revision : "" });
  });
});

describe("a key that cannot sign", () => {
  const secret = randomBytes(32).toString("base64url");

  test.each([
    ["no key at all", { key: "swordfish" }],
    ["empty", { key: "" }],
    ["a public key", { key: rsa.publicKey.export({ format: "pem", type: "spki" }).toString() }],
    ["a public JWK", { key: jwk(rsa.publicKey) }],
    ["a damaged PEM", { key: pem(p256.privateKey).replace("M", "!") }],
    ["a damaged JWK", { key: '{"kty": "oct"' }],
    ["a secret without a value", { key: '{"kty": "oct"}' }],
    ["a short secret", { key: '{"kty": "oct", "k": "c2VjcmV0"}' }],
    [
      "a short secret for the algorithm",
      { key: `{"kty":"oct","k":"${secret}"}`, algorithm: "HS512" },
    ],
    ["for another algorithm", { key: pem(rsa.privateKey), algorithm: "ES256" }],
    ["for another curve", { key: pem(p384.privateKey), algorithm: "ES256" }],
    ["to be used without algorithm", { key: pem(rsa.privateKey), algorithm: "none" }],
    ["a secret used as RSA", { key: `{"kty":"oct","k":"${secret}"}`, algorithm: "RS256" }],
    [
      "too short for RSA",
      { key: pem(generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey) },
    ],
    ["for no signature", { key: pem(generateKeyPairSync("x25519").privateKey) }],
  ])("%s is refused, and nothing of it is told", async (_what, options) => {
    const result = ofKind(await build(options), "refused");
    expect(result.problems.at(-1)).toMatchObject({
      severity: "error",
      code: "signing_key_invalid",
    });
    const told = JSON.stringify(result.problems);
    for (const part of options.key.split(/[\s"{}:,]+/u).filter(({ length }) => length > 5)) {
      expect(told).not.toContain(part);
    }
  });
});
