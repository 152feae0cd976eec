import { mintToken } from "@scopeward/keys";
import type { Verification } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { jsonOf } from "../../../command-line.ts";
import { keysProject } from "../../../keys-project.ts";

test("a token on standard input is verified, and the principal is the answer", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue("--constraint", "dataset=sales");
  const answer = await project.answer<Verification>(["verify"], { input: `${token}\n` });
  expect(answer).toMatchObject({
    outcome: "verified",
    principal: {
      tenant: "default",
      subject: { type: "user", id: "ada" },
      actors: [],
      key: {
        id: key.id,
        audience: "internal",
        scopes: ["notes:read"],
        constraints: { dataset: ["sales"] },
      },
      kind: "int",
      recordVersion: 1,
      freshness: { mode: "immediate" },
    },
  });
});

test("a token in the environment wins over standard input", async () => {
  const project = await keysProject();
  const { key, token } = await project.issue();
  const options = { input: "junk", env: { SCOPEWARD_TOKEN: token } };
  expect(await project.answer(["verify"], options)).toMatchObject({
    principal: { key: { id: key.id } },
  });
});

test("a scope that the key lacks is scope:missing: exit 2", async () => {
  const project = await keysProject();
  const { token } = await project.issue();
  const has = await project.run(["verify", "--scope", "notes:read"], { input: token });
  expect(has.code).toBe(0);
  const lacks = await project.run(["verify", "--scope", "notes:write"], { input: token });
  expect(lacks.code).toBe(2);
  expect(jsonOf(lacks)).toEqual({ outcome: "rejected", code: "scope:missing" });
});

test.for([
  ["nothing", "", "key:malformed"],
  ["junk", "junk", "key:malformed"],
  ["a megabyte", "x".repeat(2 ** 20), "key:malformed"],
  ["a token of no key", mintToken("int", "000000000009").reveal(), "key:unknown"],
] as const)("%s on standard input is rejected: exit 2", async ([, input, code]) => {
  const project = await keysProject();
  await project.issue();
  const run = await project.run(["verify"], { input });
  expect(run.code).toBe(2);
  expect(jsonOf(run)).toEqual({ outcome: "rejected", code });
});

test("a token with two line ends is none", async () => {
  const project = await keysProject();
  const { token } = await project.issue();
  const run = await project.run(["verify"], { input: `${token}\n\n` });
  expect(jsonOf(run)).toEqual({ outcome: "rejected", code: "key:malformed" });
});

test("of a key that names networks the address is asked", async () => {
  const project = await keysProject();
  const { token } = await project.issue("--constraint", "cidr=10.0.0.0/8");
  const inside = await project.run(["verify", "--address", "10.1.2.3"], { input: token });
  expect(inside.code).toBe(0);
  for (const args of [["verify"], ["verify", "--address", "192.0.2.1"]]) {
    const run = await project.run(args, { input: token });
    expect(run.code).toBe(2);
    expect(jsonOf(run)).toEqual({ outcome: "rejected", code: "key:address_not_allowed" });
  }
});

test("a token among the arguments is refused before anything is read, and not repeated", async () => {
  const project = await keysProject();
  const { token } = await project.issue();
  for (const args of [
    ["verify", token],
    ["verify", `--token=${token}`],
    ["verify", "--scope", token],
    ["show", token, "--bogus"],
    [token],
  ]) {
    const { code, stdout, stderr } = await project.run(args, { input: token });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("SCOPEWARD_TOKEN");
    expect(stderr).not.toContain("sward_");
  }
});

test.for([
  [["--scope", "notes:*"], "notes:read"],
  [["--scope", ""], "notes:read"],
  [["--address", "localhost"], "IP address"],
  [["--format", "pretty"], "json"],
] as const)("`verify %j` is invalid input: exit 3, no data", async ([args, hint]) => {
  const project = await keysProject();
  const { code, stdout, stderr } = await project.run(["verify", ...args], { input: "" });
  expect(stderr).toContain(hint);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
});

test("a store that cannot be read rejects, with the reason for the operator alone", async () => {
  const project = await keysProject();
  const { token } = await project.issue();
  const run = await project.run(["verify", "--store", "sqlite:policies.tar.gz"], { input: token });
  expect(run.code).toBe(2);
  expect(jsonOf(run)).toEqual({ outcome: "rejected", code: "key:store_unavailable" });
  expect(run.stderr).not.toBe("");
});
