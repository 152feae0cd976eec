import { describe, expect, test } from "vitest";
import { secretProviderCases } from "../../src/conformance.ts";
import type { SecretProviderHarness } from "../../src/conformance.ts";
import type { SecretProvider, SecretSet } from "../../src/secret-provider.ts";

/** Where the secrets are: nothing, a set, or a set that was spoilt. */
interface Source {
  secrets: SecretSet | undefined;
  isSpoilt: boolean;
}

const place = "the vault of the test";

function memorySecrets(source: Source): SecretProvider {
  return {
    place,
    read: async () => {
      if (source.secrets === undefined) throw new Error(`${place} is empty`);
      if (source.isSpoilt) throw new Error(`${place} is malformed`);
      return source.secrets;
    },
  };
}

/** Makes a provider out of one that keeps every rule. */
type Change = (provider: SecretProvider, source: Source) => SecretProvider;

function harnessOf(change: Change): SecretProviderHarness {
  const source: Source = { secrets: undefined, isSpoilt: false };
  return {
    open: async () => change(memorySecrets(source), source),
    put: async (secrets) => {
      source.secrets = secrets;
      source.isSpoilt = false;
    },
    spoil: async () => {
      source.isSpoilt = true;
    },
  };
}

const broken: readonly {
  readonly fault: string;
  readonly rule: string;
  readonly change: Change;
}[] = [
  {
    fault: "leaves the third version out",
    rule: "every version is read",
    change: (provider) => ({
      ...provider,
      read: async (purpose) => {
        const { current, versions } = await provider.read(purpose);
        return { current, versions: new Map([...versions].slice(0, 2)) };
      },
    }),
  },
  {
    fault: "remembers what it has read",
    rule: "added elsewhere",
    change: (provider) => {
      let first: SecretSet | undefined;
      return {
        ...provider,
        read: async (purpose) => {
          const now = await provider.read(purpose);
          first ??= now;
          return first;
        },
      };
    },
  },
  {
    fault: "serves one reader at a time",
    rule: "several may read at once",
    change: (provider) => {
      let isReading = false;
      return {
        ...provider,
        read: async (purpose) => {
          if (isReading) throw new Error(`${place} is in use`);
          isReading = true;
          try {
            return await provider.read(purpose);
          } finally {
            isReading = false;
          }
        },
      };
    },
  },
  {
    fault: "does not say which source is empty",
    rule: "holds nothing",
    change: (provider, source) => ({
      ...provider,
      read: async (purpose) => {
        if (source.secrets === undefined) throw new Error("there is no secret");
        return provider.read(purpose);
      },
    }),
  },
  ...(["base64", "base64url", "hex"] as const).map((encoding) => ({
    fault: `shows a secret as ${encoding} in the cause of an error`,
    rule: "is malformed",
    change: (provider: SecretProvider, source: Source): SecretProvider => ({
      ...provider,
      read: async (purpose) => {
        if (!source.isSpoilt) return provider.read(purpose);
        const bytes = Buffer.from(source.secrets?.versions.get("2") ?? []);
        const cause = new Error(`unexpected \`${bytes.toString(encoding)}\``);
        throw new Error(`${place} is malformed`, { cause });
      },
    }),
  })),
];

describe("a provider that keeps every rule", () => {
  test.for(secretProviderCases)("$name", async ({ run }) => {
    await expect(run(harnessOf((provider) => provider))).resolves.toBeUndefined();
  });
});

describe("a provider that breaks one rule fails the case about it, and no other", () => {
  test.for(broken)("$fault", async ({ rule, change }) => {
    const outcomes = await Promise.allSettled(
      secretProviderCases.map(({ run }) => run(harnessOf(change))),
    );
    const failed = secretProviderCases.filter((_, index) => outcomes[index]?.status === "rejected");
    expect(failed.map(({ name }) => name)).toEqual([expect.stringContaining(rule)]);
  });
});

test("there is a provider that breaks each rule", () => {
  for (const { name } of secretProviderCases) {
    expect(
      broken.filter(({ rule }) => name.includes(rule)),
      name,
    ).not.toEqual([]);
  }
});
