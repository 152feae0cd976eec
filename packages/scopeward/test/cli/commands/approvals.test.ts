import { expect, test } from "vitest";
import { scopeward } from "../../command-line.ts";
import { approvalsProject } from "./approvals-project.ts";

const verbs = ["list", "show", "approve", "deny"];

test.for(verbs)("`approvals %s --help` is on standard output, exit 0", async (verb) => {
  const { code, stdout, stderr } = await scopeward(["approvals", verb, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`Usage: scopeward approvals ${verb}`);
  for (const option of ["--config", "--json", "--state"]) expect(stdout).toContain(option);
});

test("without a verb the help is on standard error, exit 3", async () => {
  const { code, stdout, stderr } = await scopeward(["approvals"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  for (const verb of verbs) expect(stderr).toMatch(new RegExp(`^ {2}${verb} `, "mu"));
  expect(stderr).toContain("SCOPEWARD_TOKEN");
});

test.for([
  [["lst"], "Did you mean list?"],
  [["show"], "missing required argument"],
  [["list", "--status", "maybe"], "pending"],
  [["list", "--config", "no.json"], "no.json"],
  [["approve", "x", "--note", ""], "1,000 characters"],
  [["deny", "x", "--note", "x".repeat(1_001)], "1,000 characters"],
  [["approve", `sward_int_${"0".repeat(12)}`], "among the arguments"],
] as const)("`approvals %j` is invalid input: exit 3 with what to do", async ([args, hint]) => {
  const { code, stdout, stderr } = await (await approvalsProject()).run(args);
  expect(stderr).toContain(hint);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).not.toContain("    at ");
});
