import { randomBytes } from "node:crypto";
import type { SecretSet } from "@scopeward/sdk";
import { secretProviderCases } from "@scopeward/sdk/conformance";
import { describe, expect, it } from "vitest";
import { environmentSecrets } from "../../src/secrets/environment.ts";

const bytes = randomBytes(33);
const base64 = bytes.toString("base64");
const other = randomBytes(32).toString("base64url");

async function failure(value: string | undefined): Promise<string> {
  const provider = environmentSecrets({ environment: { SCOPEWARD_PEPPER: value } });
  const error: unknown = await provider.read("pepper").catch((reason: unknown) => reason);
  return error instanceof Error ? error.message : "it was read";
}

describe("a pepper in the environment", () => {
  it.each(secretProviderCases)("as every source of secrets: $name", async ({ run }) => {
    const environment: { SCOPEWARD_PEPPER?: string } = {};
    const harness = {
      open: async () => environmentSecrets({ environment }),
      async put({ current, versions }: SecretSet) {
        const ids = [current, ...[...versions.keys()].filter((id) => id !== current)];
        environment.SCOPEWARD_PEPPER = ids
          .map((id) => `${id}:${Buffer.from(versions.get(id)!).toString("base64")}`)
          .join(",");
      },
      async spoil() {
        environment.SCOPEWARD_PEPPER += ",";
      },
    };
    await expect(run(harness)).resolves.toBe(undefined);
  });

  it("has its first version as the current one, in base64 or base64url", async () => {
    const environment = { PEPPER: `new:${base64},old:${other}` };
    const provider = environmentSecrets({ variable: "PEPPER", environment });
    const { current, versions } = await provider.read("pepper");
    expect(current).toBe("new");
    expect([...versions.keys()]).toEqual(["new", "old"]);
    expect(Buffer.from(versions.get("new")!).equals(bytes)).toBe(true);
  });

  it("is read from the environment of this process unless told otherwise", async () => {
    process.env["SCOPEWARD_PEPPER"] = `p_1:${base64}`;
    try {
      expect((await environmentSecrets().read("pepper")).current).toBe("p_1");
    } finally {
      delete process.env["SCOPEWARD_PEPPER"];
    }
  });

  it.each<[string, string | undefined]>([
    ["absent", undefined],
    ["empty", ""],
    ["without an id", base64],
    ["with an empty id", `:${base64}`],
    ["with a malformed id", `p 1:${base64}`],
    ["too short", `p_1:${randomBytes(31).toString("base64")}`],
    ["in another encoding", `p_1:${base64.slice(0, -1)}!`],
    ["with bits beyond its last byte", `p_1:${"A".repeat(42)}B`],
    ["with a space", `p_1: ${base64}`],
    ["with a line end", `p_1:${base64}\n`],
    ["with an id twice", `p_1:${base64},p_1:${other}`],
    ["with an empty version", `p_1:${base64},`],
    ["with three parts", `p_1:${base64}:${other}`],
  ])("is refused when it is %s, and not shown", async (_, value) => {
    const message = await failure(value);
    expect(message).toContain("SCOPEWARD_PEPPER");
    for (const secret of [base64, other]) expect(message.includes(secret.slice(0, 8))).toBe(false);
  });
});
