import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "@scopeward/core";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEvaluator, openPolicy, PolicyError } from "../src/index.ts";
import type { Policy, PolicyOptions } from "../src/index.ts";
import { accessRequest } from "./access-request.ts";
import { buildBundles } from "./built-bundle.ts";
import { pack, unpack, whole } from "./bundle/packed-bundle.ts";
import { privatePem, signingKeys, strangersKey } from "./bundle/signing-keys.ts";

const { pem: key } = signingKeys.ES256;
const allowed = { ...accessRequest, resource: undefined, args: { limit: 5 } };
Reflect.deleteProperty(allowed, "resource");

let plain: Uint8Array;
let unnumbered: Uint8Array;
let fifth: Uint8Array;
let sixth: Uint8Array;
let state: string;

// Builds four times, which takes long where much else runs.
beforeAll(async () => {
  const sign = { key: privatePem };
  [plain, unnumbered, fifth, sixth] = (await buildBundles([
    sign,
    { ...sign, sequence: 5 },
    { ...sign, sequence: 6 },
  ])) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
}, 120_000);

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), "scopeward-state-"));
});

afterEach(async () => {
  await rm(state, { recursive: true, force: true });
});

async function open(bytes: Uint8Array, options: PolicyOptions = {}): Promise<Policy> {
  const loaded = await openPolicy(bytes, options);
  if (loaded.kind === "refused") throw new PolicyError("bundle_refused", loaded.problems);
  return loaded.value;
}

async function codesOf(bytes: Uint8Array, options: PolicyOptions = {}): Promise<readonly string[]> {
  const loaded = await openPolicy(bytes, options);
  if (loaded.kind === "refused") return loaded.problems.map(({ code }: Problem) => code);
  loaded.value.close();
  return [];
}

describe("an opened policy", () => {
  it("tells its revision and catalogue", async () => {
    const policy = await open(plain);
    expect(policy.revision).toMatch(/^sha256:[0-9a-f]{64}$/u);
    expect(Object.keys(policy.catalogue.scopes)).toEqual(["notes:read"]);
    policy.close();
  });

  it("decides by the bundle", async () => {
    const policy = await open(plain);
    expect(policy.decide(allowed)).toEqual({ effect: "allow", reasons: [], obligations: [] });
    expect(policy.decide({ ...allowed, args: { limit: 2_000 } }).reasons).toEqual([
      { code: "too_many" },
    ]);
    expect(policy.decide({ ...allowed, args: { a: 1 } })).toEqual({
      effect: "allow",
      reasons: [],
      obligations: [],
      args: { a: 1, limit: 10 },
    });
    const narrow = { ...allowed, key: { ...allowed.key, scopes: [] } };
    expect(policy.decide(narrow)).toMatchObject({
      effect: "deny",
      reasons: [{ code: "scope:missing" }],
      missingScopes: ["notes:read"],
    });
    policy.close();
  });

  it("denies what is no request, and decides the next", async () => {
    const policy = await open(plain);
    expect(policy.decide({}).reasons[0]?.code).toBe("engine:input_invalid");
    expect(policy.decide({ ...allowed, args: { a: "x".repeat(1_048_576) } }).reasons[0]?.code).toBe(
      "engine:input_too_large",
    );
    expect(policy.decide(allowed).effect).toBe("allow");
    policy.close();
  });

  it("denies everything once it is closed", async () => {
    const policy = await open(plain);
    policy.close();
    policy.close();
    expect(policy.decide(allowed).reasons).toEqual([{ code: "engine:no_bundle" }]);
    expect(policy.decide(undefined).reasons).toEqual([{ code: "engine:no_bundle" }]);
  });

  it("keeps to the limits that it is given, and opens whatever they are", async () => {
    const small = await open(plain, { limits: { inputBytes: 1 } });
    expect(small.decide(allowed).reasons[0]?.code).toBe("engine:input_too_large");
    small.close();
    const flat = await open(plain, { limits: { inputDepth: 2 } });
    expect(flat.decide(allowed).reasons[0]?.code).toBe("engine:input_too_large");
    flat.close();
  });

  it.each([
    { inputBytes: 0 },
    { inputBytes: Number.NaN },
    { inputDepth: 1_001 },
    { inputDepth: 1.5 },
  ])("does not take the limits %j", async (limits) => {
    await expect(openPolicy(plain, { limits })).rejects.toThrow(RangeError);
  });
});

describe("a bundle is refused", () => {
  it("when it is damaged", async () => {
    expect(await codesOf(plain.subarray(0, 1_000))).toEqual(["bundle_truncated"]);
  });

  it("when its module is none", async () => {
    expect(await codesOf(await pack(whole()))).toEqual(["wasm_invalid"]);
  });

  it("when it answers a harmless request with what is no decision", async () => {
    const files = await unpack(plain);
    const data = JSON.parse(Buffer.from(files["data.json"] ?? "").toString());
    // Two equal scopes are missing then, and a Decision names each once.
    const scopes = { internal: ["notes:read", "notes:read"], external: [] };
    data.scopeward.catalogue.tools["scopeward self-test"] = { features: ["notes"], scopes };
    const changed = { ...files, "data.json": JSON.stringify(data) };
    expect(await codesOf(await pack(whole(changed)))).toEqual(["self_test_failed"]);
    expect(await codesOf(await pack(whole(files)))).toEqual([]);
  });

  it("when it is not signed as demanded", async () => {
    expect(await codesOf(plain, { verify: { key } })).toEqual(["signature_missing"]);
    expect(await codesOf(fifth, { verify: { key: strangersKey.pem } })).toEqual([
      "signature_invalid",
    ]);
    expect(await codesOf(fifth, { verify: { key, algorithm: "RS256" } })).toEqual([
      "verification_key_invalid",
    ]);
    expect(await codesOf(fifth, { verify: { key } })).toEqual([]);
    expect(await codesOf(fifth)).toEqual([]);
  });
});

describe("the highest sequence in service", () => {
  it("is kept, and none below it comes after", async () => {
    const options = { verify: { key }, state };
    expect(await codesOf(unnumbered, options)).toEqual([]);
    expect(await codesOf(sixth, options)).toEqual([]);
    expect(await codesOf(sixth, options)).toEqual([]);
    expect(await codesOf(fifth, options)).toEqual(["sequence_too_old"]);
    expect(await codesOf(unnumbered, options)).toEqual(["sequence_too_old"]);
    await expect(openEvaluator(fifth, options)).rejects.toMatchObject({
      problems: [{ code: "sequence_too_old" }],
    });
  });

  it("is not of a bundle that was refused, nor of one that nobody verified", async () => {
    const verify = { key };
    expect(await codesOf(sixth, { verify: { key: strangersKey.pem }, state })).not.toEqual([]);
    expect(await codesOf(sixth, { verify, state, limits: { memoryBytes: 1 } })).not.toEqual([]);
    expect(await codesOf(sixth, { state })).toEqual([]);
    expect(await codesOf(sixth, { verify })).toEqual([]);
    (await openEvaluator(sixth, { verify, state })).close();
    expect(await codesOf(fifth, { verify, state })).toEqual([]);
  });
});

it("a policy may run in a thread of its own", async () => {
  const policy = await open(plain, { isolation: "worker" });
  expect(policy.decide(allowed).effect).toBe("allow");
  expect(policy.decide({}).reasons[0]?.code).toBe("engine:input_invalid");
  policy.close();
  expect(policy.decide(allowed).reasons).toEqual([{ code: "engine:no_bundle" }]);
});

describe("an evaluator opened alone", () => {
  it("answers its entrypoints", async () => {
    const evaluator = await openEvaluator(plain, {});
    const { kind } = evaluator.evaluate("scopeward/decision", JSON.stringify(allowed));
    expect(kind).toBe("value");
    evaluator.close();
  });

  it("is refused with a PolicyError", async () => {
    const error: unknown = await openEvaluator(plain, { verify: { key } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(PolicyError.is(error)).toBe(true);
    expect(error).toMatchObject({ problems: [{ code: "signature_missing" }] });
    expect(PolicyError.is(new Error("another"))).toBe(false);
  });
});
