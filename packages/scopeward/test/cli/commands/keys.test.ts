import type { KeyRecord } from "@scopeward/keys";
import { describe, expect, test } from "vitest";
import { jsonOf, scopeward } from "../../command-line.ts";
import { keysProject } from "../../keys-project.ts";
import type { KeysProject } from "../../keys-project.ts";

const verbs = [
  "issue",
  "verify",
  "list",
  "show",
  "lint",
  "scan",
  "update",
  "rotate",
  "disable",
  "enable",
  "delegate",
  "revoke",
];

test.for(verbs)("`keys %s --help` is on standard output, with an example, exit 0", async (verb) => {
  const { code, stdout, stderr } = await scopeward(["keys", verb, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`Usage: scopeward keys ${verb}`);
  expect(stdout).toMatch(new RegExp(`Example:\n {2}\\$ scopeward keys ${verb} `, "u"));
  for (const option of ["--config", "--json", "--state", "--store"]) {
    expect(stdout).toContain(option);
  }
});

test("without a verb the help is on standard error, exit 3", async () => {
  const { code, stdout, stderr } = await scopeward(["keys"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  for (const verb of verbs) expect(stderr).toMatch(new RegExp(`^ {2}${verb} `, "mu"));
  expect(stderr).toContain("SCOPEWARD_MANAGEMENT_TOKEN");
});

test.for([
  [["isue"], "Did you mean issue?"],
  [["isue"], "scopeward keys --help"],
  [["issue", "--bogus"], "scopeward keys issue --help"],
  [["show"], "missing required argument"],
  [["show", "a", "b"], "too many arguments"],
  [["list", "--config", "no.json"], "no.json"],
  [["list", "--store", "mysql://x"], "sqlite:"],
  [["list", "--store", "sqlite:"], "name a file"],
  [["list", "--state", ""], "--state"],
] as const)("`keys %j` is invalid input: exit 3 with what to do, no data", async ([args, hint]) => {
  const { code, stdout, stderr } = await (await keysProject()).run(args);
  expect(stderr).toContain(hint);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).not.toContain("    at ");
});

test("`--state` is where the keys are", async () => {
  const project = await keysProject();
  const { key } = await project.issue("--state", "elsewhere");
  expect(await project.answer(["list", "--json"])).toEqual([]);
  expect(await project.answer(["list", "--json", "--state", "elsewhere"])).toEqual([key]);
  expect(await project.answer(["list", "--json", "--store", "sqlite:elsewhere/keys.db"])).toEqual([
    key,
  ]);
});

/** A management key for the notes of users, and the environment in which it acts. */
async function managed(project: KeysProject): Promise<{
  readonly key: KeyRecord;
  readonly env: Readonly<Record<string, string>>;
}> {
  const { key, token } = await project.answer<{ key: KeyRecord; token: string }>([
    "issue",
    "--owner",
    "service:desk",
    "--kind",
    "mgt",
    "--json",
    "--may-grant-scope",
    "notes:read",
    "--may-grant-audience",
    "internal",
    "--may-grant-owner",
    "user:*",
    "--may-grant-max-life",
    "7d",
  ]);
  return { key, env: { SCOPEWARD_MANAGEMENT_TOKEN: token } };
}
function request(scope: string): readonly string[] {
  return ["issue", "--owner", "user:ada", "--scope", scope, "--expires", "1d", "--json"];
}

describe("with a management token in the environment", () => {
  test("keys are issued in its name and within what it may grant", async () => {
    const project = await keysProject();
    const { key, env } = await managed(project);
    const issued = await project.answer<{ key: KeyRecord }>(request("notes:read"), { env });
    expect(issued.key.createdBy).toBe(`key:${key.id}`);
    const beyond = await project.run(request("notes:write"), { env });
    expect(beyond.code).toBe(2);
    expect(jsonOf(beyond)).toMatchObject({ outcome: "refused", code: "exceeds_authority" });
  });

  test("one that was revoked changes nothing: exit 2 with the code", async () => {
    const project = await keysProject();
    const { key, env } = await managed(project);
    await project.answer(["revoke", key.id, "--json"]);
    const run = await project.run(request("notes:read"), { env });
    expect(run.code).toBe(2);
    expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "key:revoked" });
    expect(run.stderr).toContain("SCOPEWARD_MANAGEMENT_TOKEN");
  });

  test("an empty one is not the authority of the process: exit 2", async () => {
    const project = await keysProject();
    const env = { SCOPEWARD_MANAGEMENT_TOKEN: "" };
    const run = await project.run(request("notes:read"), { env });
    expect(run.code).toBe(2);
    expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "key:malformed" });
    expect(await project.answer(["list", "--json"])).toEqual([]);
  });

  test("a key that is none for management changes nothing: exit 2", async () => {
    const project = await keysProject();
    const { key, token } = await project.issue();
    const env = { SCOPEWARD_MANAGEMENT_TOKEN: token };
    const run = await project.run(["revoke", key.id, "--json"], { env });
    expect(run.code).toBe(2);
    expect(jsonOf(run)).toMatchObject({ outcome: "refused", code: "exceeds_authority" });
  });
});
