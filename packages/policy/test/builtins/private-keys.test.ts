import { Buffer } from "node:buffer";
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { answer } from "./rego-answer.ts";

const name = "crypto.x509.parse_rsa_private_key";
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;

test.each([
  [rsa, "pkcs1"],
  [rsa, "pkcs8"],
  [elliptic, "sec1"],
  [elliptic, "pkcs8"],
] as const)("a private key becomes a JSON Web Key", (key, type) => {
  const pem = key.export({ type, format: "pem" }) as string;
  const expected = JSON.stringify(key.export({ format: "jwk" }));
  const sorted = answer("json.unmarshal", JSON.stringify(expected));
  expect(answer(name, JSON.stringify(pem))).toBe(sorted);
  expect(answer(name, JSON.stringify(Buffer.from(pem).toString("base64")))).toBe(sorted);
});

test("a text without a key is null, and one that is no PEM fails", () => {
  expect(answer(name, '"-----BEGIN X-----\\nAAAA\\n-----END X-----\\n"')).toBe("null");
  expect(answer(name, '"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n"')).toBe(
    "fails",
  );
  expect(answer(name, '""')).toBe("fails");
  expect(answer(name, '"x"')).toBe("fails");
  expect(answer(name, "1")).toBe("fails");
});

test("a key of a kind that OPA does not know fails", () => {
  const pem = generateKeyPairSync("ed448").privateKey.export({ type: "pkcs8", format: "pem" });
  expect(answer(name, JSON.stringify(pem))).toBe("fails");
});
