import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { SecretProvider, SecretSet } from "../secret-provider.ts";

/** What an implementation of SecretProvider brings to one case: a source of its own that is empty at first. */
export interface SecretProviderHarness {
  readonly open: () => Promise<SecretProvider>;
  /** Puts these versions, and no others, into the source, as its operator does. */
  readonly put: (secrets: SecretSet) => Promise<void>;
  /** Makes what is in the source malformed, where possible with the secrets still in it. */
  readonly spoil: () => Promise<void>;
}

/** One rule that every source of secrets keeps. */
export interface SecretProviderCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Rejects with an AssertionError where the source breaks the rule. Needs no test runner. */
  readonly run: (harness: SecretProviderHarness) => Promise<void>;
}

function secretsOf(current: string, ...ids: readonly string[]): SecretSet {
  const versions = ids.map((id, index) => {
    // Every byte value, so that whoever takes the bytes for text is found out.
    const bytes = Uint8Array.from(
      { length: 32 + index * 224 },
      (_, at) => (at * 37 + index + 1) % 256,
    );
    return [id, bytes] as const;
  });
  return { current, versions: new Map(versions) };
}

async function assertHolds(provider: SecretProvider, expected: SecretSet): Promise<void> {
  const found = await provider.read("pepper");
  assert.equal(found.current, expected.current);
  assert.deepEqual([...found.versions.keys()].toSorted(), [...expected.versions.keys()].toSorted());
  for (const [id, bytes] of expected.versions) {
    const read = found.versions.get(id);
    assert(read !== undefined && Buffer.compare(read, bytes) === 0, "each version has its bytes");
  }
}

async function assertRejects(provider: SecretProvider, secrets?: SecretSet): Promise<void> {
  await assert.rejects(provider.read("pepper"), (error) => {
    assert(error instanceof Error);
    assert(error.message.includes(provider.place), "the message names the place");
    const shown = `${error.message}\n${inspect(error, { depth: 8, showHidden: true })}`;
    for (const bytes of secrets?.versions.values() ?? []) {
      for (const encoding of ["base64", "base64url", "hex"] as const) {
        // A part is enough: half a secret is no secret any more.
        const part = Buffer.from(bytes).toString(encoding).slice(0, 16);
        assert(!shown.includes(part), "no error shows a secret");
      }
    }
    return true;
  });
}

/** Every rule of the port {@link SecretProvider}, for the author of an implementation. */
export const secretProviderCases: readonly SecretProviderCase[] = [
  {
    name: "every version is read under its id, and which is the current one",
    run: async ({ open, put }) => {
      const secrets = secretsOf("p-2_B", "1", "p-2_B", "x".repeat(32));
      await put(secrets);
      const provider = await open();
      assert.notEqual(provider.place, "");
      await assertHolds(provider, secrets);
    },
  },
  {
    name: "a version that was added elsewhere is there at the next read",
    run: async ({ open, put }) => {
      await put(secretsOf("1", "1"));
      const provider = await open();
      await assertHolds(provider, secretsOf("1", "1"));
      for (const next of [
        secretsOf("1", "1", "2"),
        secretsOf("2", "1", "2"),
        secretsOf("3", "3"),
      ]) {
        await put(next);
        await assertHolds(provider, next);
      }
    },
  },
  {
    name: "several may read at once",
    run: async ({ open, put }) => {
      const secrets = secretsOf("1", "1", "2");
      await put(secrets);
      const provider = await open();
      await Promise.all(Array.from({ length: 20 }, () => assertHolds(provider, secrets)));
    },
  },
  {
    name: "a source that holds nothing is an error that names the place, until it does",
    run: async ({ open, put }) => {
      const provider = await open();
      await assertRejects(provider);
      await put(secretsOf("1", "1"));
      await assertHolds(provider, secretsOf("1", "1"));
    },
  },
  {
    name: "a source that is malformed is an error that names the place and shows no secret",
    run: async ({ open, put, spoil }) => {
      const secrets = secretsOf("1", "1", "2");
      await put(secrets);
      const provider = await open();
      await assertHolds(provider, secrets);
      await spoil();
      await assertRejects(provider, secrets);
      await put(secrets);
      await assertHolds(provider, secrets);
    },
  },
];
