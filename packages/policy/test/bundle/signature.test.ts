import { createHash } from "node:crypto";
import { CompactSign } from "jose";
import { describe, expect, it } from "vitest";
import { verifySignature } from "../../src/bundle/signature.ts";
import { contents, whole } from "./packed-bundle.ts";
import type { BundleFiles } from "./packed-bundle.ts";
import { signingKeys, strangersKey } from "./signing-keys.ts";

const { privateKey, pem } = signingKeys.ES256;

interface SignedFile {
  readonly name: string;
  readonly hash: string;
  readonly algorithm: string;
}

// Structured files are written compactly and in order by the tests, so that their bytes are what OPA
// digests.
function listed(files: BundleFiles, algorithm = "SHA-256"): readonly SignedFile[] {
  return Object.entries(files).map(([name, content]) => ({
    name,
    hash: createHash(algorithm.replace("SHA-", "sha")).update(content).digest("hex"),
    algorithm,
  }));
}

const files = whole({
  ...contents,
  ".manifest": '{"a":1.0}',
  "data.json": '{"b":[1e2],"c":"<&>"}',
});

async function sign(
  claims: object,
  header: object = { alg: "ES256" },
  key: Parameters<CompactSign["sign"]>[0] = privateKey,
): Promise<string> {
  return await new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader(header as { alg: string })
    .sign(key);
}

async function check(
  signatures: unknown,
  { key = pem, content = files }: { key?: string; content?: BundleFiles } = {},
): Promise<string | number | undefined> {
  const text = typeof signatures === "string" ? signatures : JSON.stringify(signatures);
  const all = new Map(
    Object.entries({ ...content, ".signatures.json": text }).map(([name, body]) => [
      name,
      new Uint8Array(Buffer.from(body)),
    ]),
  );
  const checked = await verifySignature(all, { key });
  return checked.kind === "verified" ? checked.sequence : checked.problems[0]?.code;
}

describe("a bundle signed by the key for all its files is verified", () => {
  it("with what it claims of its sequence", async () => {
    const jws = await sign({ files: listed(files), sequence: 7, keyid: "any", iat: 1 });
    expect(await check({ signatures: [jws] })).toBe(7);
    expect(await check({ signatures: [await sign({ files: listed(files) })] })).toBeUndefined();
  });

  it.each(Object.entries(signingKeys))("by %s", async (algorithm, key) => {
    const jws = await sign(
      { files: listed(files), sequence: 1 },
      { alg: algorithm },
      key.privateKey,
    );
    expect(await check({ signatures: [jws] }, { key: key.pem })).toBe(1);
  });

  it.each(["SHA-256", "SHA-384", "SHA-512"])("with digests by %s", async (algorithm) => {
    const jws = await sign({ files: listed(files, algorithm), sequence: 1 });
    expect(await check({ signatures: [jws] })).toBe(1);
  });

  it("however its JSON is laid out", async () => {
    const jws = await sign({ files: listed(files), sequence: 1 });
    const content = { ...files, "data.json": ' { "c" : "\\u003c&>", "b" : [ 1e2 ] }' };
    expect(await check({ signatures: [jws] }, { content })).toBe(1);
  });

  it("by a shared secret that is configured as one", async () => {
    const secret = Buffer.alloc(32, 7);
    const jws = await sign({ files: listed(files), sequence: 1 }, { alg: "HS256" }, secret);
    const key = JSON.stringify({ kty: "oct", k: secret.toString("base64url") });
    expect(await check({ signatures: [jws] }, { key })).toBe(1);
  });
});

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("a signature that is not the key's is invalid", () => {
  it("by another key", async () => {
    const jws = await sign({ files: listed(files) }, { alg: "ES256" }, strangersKey.privateKey);
    expect(await check({ signatures: [jws] })).toBe("signature_invalid");
  });

  it("without an algorithm", async () => {
    const jws = `${part({ alg: "none" })}.${part({ files: listed(files) })}.`;
    expect(await check({ signatures: [jws] })).toBe("signature_invalid");
  });

  it("by the public key taken for a secret", async () => {
    const { pem: rsa } = signingKeys.RS256;
    const jws = await sign({ files: listed(files) }, { alg: "HS256" }, Buffer.from(rsa));
    expect(await check({ signatures: [jws] }, { key: rsa })).toBe("signature_invalid");
  });

  it("by another algorithm of the same key", async () => {
    const { pem: rsa, privateKey: key } = signingKeys.RS256;
    const jws = await sign({ files: listed(files) }, { alg: "PS256" }, key);
    expect(await check({ signatures: [jws] }, { key: rsa })).toBe("signature_invalid");
  });

  it("with any character changed", async () => {
    const jws = await sign({ files: listed(files) });
    for (let at = 0; at < jws.length; at += 41) {
      const changed = `${jws.slice(0, at)}${jws[at] === "A" ? "B" : "A"}${jws.slice(at + 1)}`;
      expect(await check({ signatures: [changed] })).toBe("signature_invalid");
    }
  });
});

describe("a signature that is not for exactly these files is invalid", () => {
  it.each(Object.keys(files))("%s changed", async (name) => {
    const jws = await sign({ files: listed(files) });
    const content = { ...files, [name]: name.endsWith(".manifest") ? '{"a":1}' : "[1]" };
    expect(await check({ signatures: [jws] }, { content })).toBe("signature_invalid");
  });

  it("a file more, a file less, a file twice", async () => {
    const jws = await sign({ files: listed(files) });
    const more = { ...files, "b.rego": "package b" };
    expect(await check({ signatures: [jws] }, { content: more })).toBe("signature_invalid");
    expect(await check({ signatures: [await sign({ files: listed(more) })] })).toBe(
      "signature_invalid",
    );
    const twice = [...listed(files), listed(files)[0]];
    expect(await check({ signatures: [await sign({ files: twice })] })).toBe("signature_invalid");
  });

  it.each(["MD5", "SHA-1", "sha256", ""])("digests by %j", async (algorithm) => {
    const weak = listed(files).map((file) => ({ ...file, algorithm }));
    expect(await check({ signatures: [await sign({ files: weak })] })).toBe("signature_invalid");
  });
});

describe("what does not look like a signature is invalid", () => {
  it.each<[string, unknown]>([
    ["no JSON", "{"],
    ["nothing in it", { signatures: [] }],
    ["no list", {}],
    ["another member", { signatures: ["a.b.c"], plugin: "other" }],
    ["no text", { signatures: [1] }],
    ["no JWS", { signatures: ["abc"] }],
  ])("%s", async (_, signatures) => {
    expect(await check(signatures)).toBe("signature_invalid");
  });

  it("two signatures, both right", async () => {
    const jws = await sign({ files: listed(files) });
    expect(await check({ signatures: [jws, jws] })).toBe("signature_invalid");
  });

  it.each<[string, object]>([
    ["no files", {}],
    [
      "files by name",
      { files: Object.fromEntries(listed(files).map(({ name, hash }) => [name, hash])) },
    ],
    ["a scope", { files: listed(files), scope: "write" }],
    ["a sequence below zero", { files: listed(files), sequence: -1 }],
    ["a sequence that is text", { files: listed(files), sequence: "7" }],
    ["a sequence beyond exact numbers", { files: listed(files), sequence: 2 ** 53 }],
    ["a fraction", { files: listed(files), sequence: 1.5 }],
  ])("claims with %s", async (_, claims) => {
    expect(await check({ signatures: [await sign(claims)] })).toBe("signature_invalid");
  });
});

it("no signature is another thing than a wrong one", async () => {
  const all = new Map(Object.entries(files).map(([name]) => [name, new Uint8Array()]));
  expect(await verifySignature(all, { key: pem })).toMatchObject({
    problems: [{ code: "signature_missing" }],
  });
});
