import { Buffer } from "node:buffer";
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign as signBytes,
  type KeyObject,
} from "node:crypto";
import { describe, expect, test } from "vitest";
import { answer } from "../rego-answer.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
const edwards = generateKeyPairSync("ed25519");

const pem = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }) as string;
const jwk = (key: KeyObject, more: object = {}): string =>
  JSON.stringify({ ...key.export({ format: "jwk" }), ...more });
const text = (value: unknown): string => JSON.stringify(value);
const secretKey = '{"kty":"oct","k":"c2VjcmV0"}';
const part = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function hmacToken(header: object, claims: unknown, secret: string | Buffer = "secret"): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function signedToken(alg: string, key: KeyObject, claims: object, more: object = {}): string {
  return JSON.parse(
    answer("io.jwt.encode_sign", text({ alg, ...more }), text(claims), jwk(key)),
  ) as string;
}

const keySet = (...keys: readonly string[]): string => text(`{"keys":[${keys.join(",")}]}`);

const verify = (claims: object, more: object, header: object = { alg: "HS256" }): string =>
  answer(
    "io.jwt.decode_verify",
    text(hmacToken(header, claims)),
    text({ secret: "secret", ...more }),
  );
const holds = (claims: object, more: object): boolean => verify(claims, more).startsWith("[true");

const sign = (header: string): string =>
  answer("io.jwt.encode_sign_raw", text(header), '"text"', text(secretKey));

const unverified = "[false,{},{}]";

describe("decoding", () => {
  test("gives header, claims and the signature's digits", () => {
    const token = `${part({ alg: "none" })}.${part({ a: 1 })}.AAE`;
    expect(answer("io.jwt.decode", text(token))).toBe('[{"alg":"none"},{"a":1},"0001"]');
  });

  test("opens a token within a token", () => {
    const inner = `${part({ alg: "none" })}.${part({ a: 1 })}.`;
    const outer = `${part({ alg: "none", cty: "JWT" })}.${part(`"${inner}"`)}.`;
    expect(answer("io.jwt.decode", text(outer))).toBe('[{"alg":"none"},{"a":1},""]');
  });

  test.each([
    "",
    "a.b",
    "a.b.c.d",
    `${part([])}.${part({})}.`,
    `${part({ enc: "A256GCM" })}.${part({})}.`,
    `${part({ cty: 1 })}.${part({})}.`,
    `${part({})}.${part([])}.`,
    `${part({})}.${part("x")}.`,
    `${part({})}.${part({})}.!`,
    `${part({})}.${Buffer.from([0x22, 0xff, 0x22]).toString("base64url")}.`,
  ])("%j is no token", (token) => {
    expect(answer("io.jwt.decode", text(token))).toBe("fails");
  });
});

describe("signatures", () => {
  const pairs: readonly (readonly [string, KeyObject, KeyObject])[] = [
    ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(
      (name) => [name, rsa.privateKey, rsa.publicKey] as const,
    ),
    ...["ES256", "ES384", "ES512"].map(
      (name) => [name, elliptic.privateKey, elliptic.publicKey] as const,
    ),
    ["EdDSA", edwards.privateKey, edwards.publicKey],
  ];

  test.each(pairs)(
    "%s verifies what was signed with it, and nothing else",
    (alg, key, verifier) => {
      const token = signedToken(alg, key, { sub: "ada" });
      const name = `io.jwt.verify_${alg.toLowerCase()}`;
      const [header, , signature] = token.split(".");
      const forged = `${header}.${part({ sub: "eve" })}.${signature}`;
      for (const verifying of [pem(verifier), jwk(verifier)]) {
        expect(answer(name, text(token), text(verifying))).toBe("true");
        expect(answer(name, text(forged), text(verifying))).toBe("false");
      }
      const constraints = text({ cert: pem(verifier), alg });
      expect(answer("io.jwt.decode_verify", text(token), constraints)).toBe(
        `[true,{"alg":"${alg}"},{"sub":"ada"}]`,
      );
      expect(answer("io.jwt.decode_verify", text(forged), constraints)).toBe(unverified);
    },
  );

  test("HS256 verifies with the secret only", () => {
    const token = hmacToken({ alg: "HS256" }, { a: 1 });
    expect(answer("io.jwt.verify_hs256", text(token), '"secret"')).toBe("true");
    expect(answer("io.jwt.verify_hs256", text(token), '"other"')).toBe("false");
    expect(answer("io.jwt.verify_hs512", text(token), '"secret"')).toBe("false");
    expect(answer("io.jwt.verify_hs256", text(token), "1")).toBe("fails");
  });

  test.each([rsa.publicKey, elliptic.publicKey, edwards.publicKey])(
    "a public key is never taken as a secret",
    (key) => {
      const raw = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
      for (const secret of [pem(key), raw]) {
        const forged = hmacToken({ alg: "HS256" }, {}, secret);
        for (const cert of [pem(key), jwk(key)]) {
          expect(answer("io.jwt.decode_verify", text(forged), text({ cert }))).toBe(unverified);
        }
      }
    },
  );

  test("a token without a signature verifies with nothing", () => {
    const token = `${part({ alg: "none" })}.${part({})}.`;
    expect(answer("io.jwt.decode_verify", text(token), text({ cert: pem(rsa.publicKey) }))).toBe(
      unverified,
    );
    expect(answer("io.jwt.decode_verify", text(token), '{"secret":"secret"}')).toBe(unverified);
  });

  test("an RSA key that Go calls insecure verifies nothing", () => {
    const small = generateKeyPairSync("rsa", { modulusLength: 768 });
    const signed = `${part({ alg: "RS256" })}.${part({})}`;
    const bytes = signBytes("sha256", Buffer.from(signed), small.privateKey);
    const token = `${signed}.${bytes.toString("base64url")}`;
    expect(answer("io.jwt.verify_rs256", text(token), text(pem(small.publicKey)))).toBe("false");
    const one = createPublicKey({
      key: { ...rsa.publicKey.export({ format: "jwk" }), e: "AQ" },
      format: "jwk",
    });
    expect(answer("io.jwt.verify_rs256", text(token), text(jwk(one)))).toBe("false");
  });

  test("an ECDSA signature of another length is only for the looser functions", () => {
    const token = signedToken("ES256", elliptic.privateKey, {});
    const [header, payload, signature = ""] = token.split(".");
    const bytes = Buffer.from(signature, "base64url");
    const zero = Buffer.alloc(1);
    const longer = Buffer.concat([zero, bytes.subarray(0, 32), zero, bytes.subarray(32)]);
    const padded = `${header}.${payload}.${longer.toString("base64url")}`;
    const key = pem(elliptic.publicKey);
    expect(answer("io.jwt.verify_es256", text(padded), text(key))).toBe("true");
    expect(answer("io.jwt.decode_verify", text(padded), text({ cert: key }))).toBe(unverified);
    expect(answer("io.jwt.verify_es256", text(`${header}.${payload}.`), text(key))).toBe("false");
  });
});

describe("sets of keys", () => {
  const token = signedToken("RS256", rsa.privateKey, {}, { kid: "a" });

  test("the key that the token names decides alone", () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
    const right = jwk(rsa.publicKey, { kid: "b" });
    const wrong = jwk(other, { kid: "a" });
    expect(answer("io.jwt.verify_rs256", text(token), keySet(right, wrong))).toBe("false");
    expect(answer("io.jwt.verify_rs256", text(token), keySet(right))).toBe("true");
  });

  test("a key for another algorithm is passed over", () => {
    expect(
      answer("io.jwt.verify_rs256", text(token), keySet(jwk(rsa.publicKey, { alg: "RS512" }))),
    ).toBe("false");
    expect(
      answer("io.jwt.verify_rs256", text(token), keySet(jwk(rsa.publicKey, { alg: "RSA-OAEP" }))),
    ).toBe("false");
    expect(answer("io.jwt.verify_rs256", text(token), keySet())).toBe("false");
  });

  test.each([
    "",
    "x",
    "{}",
    '{"keys":1}',
    '{"kty":"RSA"}',
    '{"kty":"oct","k":""}',
    '{"kty":"oct","k":"!!"}',
    `${pem(rsa.publicKey)}more`,
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    jwk(rsa.publicKey, { alg: 1 }),
    jwk(generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey),
    pem(generateKeyPairSync("ed448").publicKey),
  ])("%j holds no key", (key) => {
    expect(answer("io.jwt.verify_rs256", text(token), text(key))).toBe("fails");
  });
});

describe("constraints", () => {
  test("issuer and audience must be those that are asked for", () => {
    expect(holds({ iss: "a" }, { iss: "a" })).toBe(true);
    expect(holds({ iss: "b" }, { iss: "a" })).toBe(false);
    expect(holds({}, { iss: "a" })).toBe(false);
    expect(holds({ aud: "a" }, { aud: "a" })).toBe(true);
    expect(holds({ aud: ["b", "a"] }, { aud: "a" })).toBe(true);
    expect(holds({ aud: "a" }, {})).toBe(false);
    expect(holds({}, { aud: "a" })).toBe(false);
  });

  test("a token ends at its expiry and begins at its start, to the nanosecond given", () => {
    expect(holds({ exp: 5 }, { time: 4_999_999_999 })).toBe(true);
    expect(holds({ exp: 5 }, { time: 5_000_000_000 })).toBe(false);
    expect(holds({ nbf: 5 }, { time: 4_999_999_999 })).toBe(false);
    expect(holds({ nbf: 5 }, { time: 5_000_000_000 })).toBe(true);
  });

  test("a token with a time fails where no time is given, as the clock is no argument", () => {
    expect(verify({ exp: 9_999_999_999 }, {})).toBe("fails");
    expect(verify({ nbf: 0 }, {})).toBe("fails");
    expect(verify({}, {})).toBe('[true,{"alg":"HS256"},{}]');
  });

  test("a critical header member that is not understood does not verify", () => {
    expect(verify({}, {}, { alg: "HS256", crit: ["x"], x: 1 })).toBe(unverified);
    expect(verify({}, {}, { alg: "HS256", crit: ["alg"] })).toContain("[true");
    expect(verify({}, {}, { alg: "HS256", crit: [] })).toBe("fails");
  });

  test("the algorithm that is asked for must be the token's", () => {
    expect(verify({}, { alg: "HS512" })).toBe(unverified);
  });

  test.each([
    {},
    { secret: "" },
    { secret: 1 },
    { cert: 1 },
    { secret: "a", cert: pem(rsa.publicKey) },
    { secret: "a", nope: 1 },
    { secret: "a", time: -1 },
    { secret: "a", time: "1" },
    { secret: "a", alg: 1 },
  ])("%j are no constraints", (constraints) => {
    const token = hmacToken({ alg: "HS256" }, {});
    expect(answer("io.jwt.decode_verify", text(token), text(constraints))).toBe("fails");
  });

  test.each([{ exp: "1" }, { nbf: null }, { iss: 1 }])(
    "the claim in %j has a wrong type",
    (claims) => {
      expect(verify(claims, { time: 1, iss: "a" })).toMatch(/^(?:fails|\[false)/u);
      expect(verify({ iss: "a", ...claims }, { time: 1, iss: "a" })).toBe("fails");
    },
  );
});

describe("signing", () => {
  test("writes header and claims sorted and without spaces", () => {
    const token = JSON.parse(
      answer("io.jwt.encode_sign", '{"typ":"JWT","alg":"HS256"}', '{"b":1,"a":{2}}', secretKey),
    ) as string;
    expect(token).toBe(hmacToken({ alg: "HS256", typ: "JWT" }, { a: [2], b: 1 }));
  });

  test("raw text is signed as it is", () => {
    const raw = answer(
      "io.jwt.encode_sign_raw",
      text('{"alg": "HS256"}'),
      '"{ }"',
      text(secretKey),
    );
    expect(raw).toContain(part('{"alg": "HS256"}'));
    expect(answer("io.jwt.verify_hs256", raw, '"secret"')).toBe("true");
  });

  test.each([
    ['{"alg":"none"}', "{}", secretKey],
    ["{}", "{}", secretKey],
    ['{"alg":"RS256"}', "{}", secretKey],
    ['{"alg":"HS256"}', "{}", jwk(rsa.privateKey)],
    ['{"alg":"RS256"}', "{}", jwk(rsa.publicKey)],
    ['{"alg":"HS256"}', "{}", '{"keys":[]}'],
  ])("%s with a key that does not fit fails", (header, payload, key) => {
    expect(answer("io.jwt.encode_sign", header, payload, key)).toBe("fails");
  });

  test("a payload that is not JSON needs another type than JWT", () => {
    expect(sign('{"alg":"HS256"}')).toBe("fails");
    expect(sign('{"alg":"HS256","typ":"text"}')).not.toBe("fails");
  });
});
