import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { definePlugin } from "@scopeward/sdk";
import { describe, expect, test } from "vitest";
import { attackedWard, policiesBundle, temporaryFolder } from "./attacked-ward.ts";
import type { AttackedWard } from "./attacked-ward.ts";

// ASI08, cascading failures. Who: whoever can make one part fail, such as by filling a disk. What: that
// a failure opens what works would close, or takes everything else down with it. What holds: each failure
// is a deny with a code of its own, for the calls that need the part; what does not need it goes on, and
// all of it is as before when the part is back.

const call = { tool: "read_mail" };

async function codesOf(ward: AttackedWard, token: string): Promise<readonly string[]> {
  const { ran, codes } = await ward.attempt({ token }, call);
  expect(ran).toHaveLength(codes.length === 0 ? 1 : 0);
  return codes;
}

describe("a part that fails denies, and no more than that", () => {
  test("the audit log", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:read"]);
    expect(await codesOf(ward, token)).toEqual([]);
    const audit = join(ward.state, "audit");
    await rename(audit, `${audit}-away`);
    await writeFile(audit, "not a folder");
    const broken = await attackedWard({
      policies: join(ward.folder, "policies.tar.gz"),
      state: ward.state,
      keys: { pepperFile: join(ward.folder, "secrets", "pepper.json") },
    });
    expect(await codesOf(broken, token)).toEqual(["engine:audit_unavailable"]);
    expect((await broken.ward.enforcer.list({ token, tools: ["read_mail"] })).kind).toBe("deny");
    await rm(audit);
    await rename(`${audit}-away`, audit);
    expect(await codesOf(broken, token)).toEqual([]);
  });

  test("the key store", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:read"]);
    await ward.ward.close();
    for (const name of await readdir(ward.state)) {
      if (name.startsWith("keys.db")) await rm(join(ward.state, name));
    }
    await mkdir(join(ward.state, "keys.db"));
    const broken = await attackedWard({
      state: ward.state,
      keys: { pepperFile: join(ward.folder, "secrets", "pepper.json") },
    });
    expect(await codesOf(broken, token)).toEqual(["key:store_unavailable"]);
  });

  test("the queue of approvals", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["payments:refund"]);
    await writeFile(
      join(ward.state, "approvals.db"),
      "not a database, and too long for an empty one",
    );
    const refund = async (amount: number): ReturnType<typeof ward.attempt> =>
      await ward.attempt({ token }, { tool: "refund", args: { order: "7", amount } });
    expect((await refund(5_000)).codes).toEqual(["engine:approval_unavailable"]);
    expect((await refund(5)).kind).toBe("done");
  });

  test("the policies: a bad edit changes nothing", async () => {
    const folder = await temporaryFolder();
    const policies = join(folder, "policies.tar.gz");
    await writeFile(policies, await policiesBundle());
    const ward = await attackedWard({ policies, watch: true });
    const token = await ward.token(["mail:read"]);
    const { revision } = ward.ward;
    const refused = new Promise((resolve) => ward.ward.on("reload-failed", resolve));
    await writeFile(policies, (await policiesBundle()).subarray(0, 500));
    await refused;
    expect(await codesOf(ward, token)).toEqual([]);
    expect(ward.ward.revision).toBe(revision);
  });

  test("the ward itself, closed while calls are under way", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["mail:read"]);
    const calls = Array.from({ length: 50 }, () => ward.attempt({ token }, call));
    await ward.ward.close();
    const ended = await Promise.all(calls);
    const refused = ended.filter(({ kind }) => kind !== "done");
    expect(refused.every(({ kind, codes }) => kind === "deny" && codes.length === 1)).toBe(true);
    // What ran has its result withheld where its outcome could not be written any more.
    const withheld = refused.filter(({ ran }) => ran.length > 0).flatMap(({ codes }) => codes);
    expect(withheld.every((code) => code === "engine:audit_unavailable")).toBe(true);
    expect((await ward.attempt({ token }, call)).ran).toEqual([]);
  });
});

test("a provider that hangs for some calls does not hold up or open the others", async () => {
  const plugin = definePlugin({
    name: "slow",
    contextProviders: [
      {
        name: "slow",
        deadlineMs: 300,
        provide: async ({ session }) => {
          if (session === "stuck") await new Promise(() => undefined);
          return {};
        },
      },
    ],
  });
  const ward = await attackedWard({ plugins: [plugin] });
  const token = await ward.token(["mail:read"]);
  const attempts = await Promise.all(
    Array.from({ length: 64 }, (_, index) =>
      ward.attempt({ token }, { ...call, session: index % 2 === 0 ? "stuck" : "fluent" }),
    ),
  );
  for (const [index, { codes }] of attempts.entries()) {
    expect(codes).toEqual(index % 2 === 0 ? ["engine:context_failed"] : []);
  }
});

test("an agent that tries a failing call again and again gets the same answer, and one entry for each", async () => {
  const ward = await attackedWard();
  const token = await ward.token(["mail:read"]);
  for (let tries = 0; tries < 20; tries++) {
    const { codes } = await ward.attempt({ token }, { tool: "send_mail", args: { to: "x" } });
    expect(codes).toEqual(["scope:missing"]);
  }
  const denied = (await ward.entries()).filter(({ effect }) => effect === "deny");
  expect(denied).toHaveLength(20);
});

test("a tool that throws takes no other call with it", async () => {
  const ward = await attackedWard();
  const token = await ward.token(["mail:read"]);
  const runs = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      ward.ward.enforcer.run(
        { token },
        {
          name: "read_mail",
          execute: () => {
            if (index % 2 === 0) throw new RangeError("the tool's own");
            return "ran";
          },
        },
      ),
    ),
  );
  expect(runs.filter(({ status }) => status === "rejected")).toHaveLength(10);
  const outcomes = (await ward.entries()).filter(({ type }) => type === "outcome");
  expect(outcomes.filter(({ status }) => status === "failed")).toHaveLength(10);
  expect(outcomes.filter(({ status }) => status === "succeeded")).toHaveLength(10);
});
