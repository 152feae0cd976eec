import { expect, test } from "vitest";
import { scopeward } from "../command-line.ts";
import { projectFolder, temporaryFolder } from "../temporary-folder.ts";

const verbs = ["init", "check", "test", "fmt", "build", "inspect", "eval"] as const;

test.for(verbs)("`%s --help` is on standard output, with an example, exit 0", async (verb) => {
  const { code, stdout, stderr } = await scopeward([verb, "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: scopeward ${verb}`);
  expect(stdout).toMatch(new RegExp(`Example:\n {2}\\$ scopeward ${verb} `, "u"));
  for (const option of ["--config", "--plugin", "--json", "--format"]) {
    expect(stdout).toContain(option);
  }
  expect(stderr).toBe("");
});

test("`--help` lists every command and the exit codes", async () => {
  const { code, stdout } = await scopeward(["--help"]);
  expect(code).toBe(0);
  for (const verb of [...verbs, "keys"]) {
    expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, "mu"));
  }
  expect(stdout).toContain("Exit codes:");
});

test("without a command the help is on standard error, exit 3", async () => {
  const { code, stdout, stderr } = await scopeward([]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain("Usage: scopeward");
});

test("the version is the package's", async () => {
  const { code, stdout } = await scopeward(["--version"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
});

test.for([
  [["chekc"], "check"],
  [["check", "--bogus"], "scopeward check --help"],
  [["check", "--format", "xml"], "pretty, json, github"],
  [["check", "a", "--config"], "--config"],
  [["test", "--timeout", "soon"], "500ms"],
  [["test", "--threshold", "120"], "from 0 to 100"],
  [["test", "--evaluator", "v8"], "opa, wasm, all"],
  [["build", "--sequence", "1"], "--signing-key"],
  [["build", "--sequence", "-1", "--signing-key", "k"], "--sequence"],
  [["build", "--signing-key", "no.pem"], "no.pem"],
  [["build", "-o", "."], "folder"],
  [["fmt", "--check", "--write"], "--write"],
  [["eval", "nowhere"], "--input"],
  [["eval", "nowhere", "--input", "no.json"], "no.json"],
  [["eval", "nowhere", "--input", "-", "--jsonl", "--explain"], "exclude each other"],
  [["check", "nowhere"], "nowhere"],
  [["test", "nowhere"], "nowhere"],
  [["fmt", "nowhere"], "nowhere"],
  [["build", "nowhere"], "nowhere"],
  [["inspect", "nowhere"], "nowhere"],
  [["inspect", "a", "b"], "too many arguments"],
  [["check"], "scopeward init"],
  [["check", "--config", "no.config.ts"], "no.config.ts"],
  [["check", "--plugin", "no.plugin.ts"], "no.plugin.ts"],
] as const)("`%j` is invalid input: exit 3 with what to do, no data", async ([args, hint]) => {
  const { code, stdout, stderr } = await scopeward(args, { cwd: await temporaryFolder() });
  expect(stderr).toContain(hint);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).not.toContain("    at ");
});

test("a file where a folder is expected is invalid input", async () => {
  const cwd = await temporaryFolder({ "a.rego": "package a" });
  const { code, stderr } = await scopeward(["check", "a.rego"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain("give the folder");
});

test("a folder without Rego is invalid input", async () => {
  const cwd = await temporaryFolder({ "policies/readme.txt": "none" });
  const { code, stderr } = await scopeward(["check"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain("no Rego file in `policies`");
});

test("a folder that the configuration names and that is not there is no reason to take another", async () => {
  const cwd = await projectFolder({
    "scopeward.config.mts": "export default {};",
    "other.json": '{ "policies": "polices" }',
  });
  const { code, stdout, stderr } = await scopeward(["check", "--config", "other.json"], { cwd });
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain("polices");
});

test("what a bundle of the configuration is built from is the folder `policies`", async () => {
  const cwd = await projectFolder({ "other.json": '{ "policies": "bundle.tar.gz" }' });
  const build = ["build", "--config", "other.json"];
  expect((await scopeward(build, { cwd })).code).toBe(0);
  expect((await scopeward(build, { cwd })).code).toBe(0);
  const inspect = await scopeward(["inspect", "--config", "other.json"], { cwd });
  expect(inspect.code).toBe(0);
});
