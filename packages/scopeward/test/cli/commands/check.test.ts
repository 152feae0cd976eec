import type { Problem } from "@scopeward/core";
import { describe, expect, test } from "vitest";
import { jsonOf, scopeward } from "../../command-line.ts";
import { projectFolder, temporaryFolder } from "../../temporary-folder.ts";

const misspelt = `# METADATA
# title: Reports
package features.reports

# METADATA
# title: Read
scopes["reports:read"] := {"tools": {"read_report": {"resource": "none"}}}

deny contains {"code": "no"} if {
	input.sbject.id == "ada"
}
`;

const unparseable = "package features.broken\n\ndeny contains {\n";

describe("check", () => {
  test("policies without a problem: exit 0 and an empty list", async () => {
    const cwd = await projectFolder();
    const run = await scopeward(["check", "--json"], { cwd });
    expect(run).toEqual({ code: 0, stdout: '{\n  "problems": []\n}\n', stderr: "" });
  });

  test("every problem has severity, code, message and place; the file is a path from here", async () => {
    const cwd = await projectFolder({ "policies/features/reports.rego": misspelt });
    const run = await scopeward(["check", "policies", "--json"], { cwd });
    expect(run.code).toBe(1);
    const { problems } = jsonOf(run) as { problems: readonly Problem[] };
    const errors = problems.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([
      {
        severity: "error",
        code: "rego_type_error",
        file: "policies/features/reports.rego",
        row: 10,
      },
    ]);
    for (const problem of problems) {
      expect(Object.keys(problem)).toEqual([
        "severity",
        "code",
        "message",
        "file",
        "row",
        "column",
      ]);
    }
  });

  test("people see the place, the source line and a caret", async () => {
    const cwd = await projectFolder({ "policies/features/reports.rego": misspelt });
    const { code, stdout } = await scopeward(["check"], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^policies\/features\/reports\.rego:10:\d+: error rego_type_error: /mu);
    expect(stdout).toMatch(/^ {2}10 \| \tinput\.sbject\.id == "ada"\n {5}\| \t\^/mu);
    expect(stdout).not.toContain("\u001B[");
  });

  test("all files that do not parse are listed at once", async () => {
    const cwd = await projectFolder({
      "policies/features/a.rego": unparseable,
      "policies/features/b.rego": unparseable,
    });
    const run = await scopeward(["check", "--json"], { cwd });
    expect(run.code).toBe(1);
    const { problems } = jsonOf(run) as { problems: readonly Problem[] };
    expect(new Set(problems.map(({ file }) => file))).toEqual(
      new Set(["policies/features/a.rego", "policies/features/b.rego"]),
    );
  });

  test("`--format github` writes one annotation for each problem", async () => {
    const cwd = await projectFolder({ "policies/features/reports.rego": misspelt });
    const { code, stdout } = await scopeward(["check", "--format", "github"], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^::error file=policies\/features\/reports\.rego,line=10,col=\d+,title=rego_type_error::/mu,
    );
    expect(
      stdout
        .trim()
        .split("\n")
        .every((line) => line.startsWith("::")),
    ).toBe(true);
  });

  test("`--ignore` leaves out by name and by path", async () => {
    const cwd = await projectFolder({
      "policies/features/broken.rego": unparseable,
      "policies/drafts/broken.rego": unparseable,
    });
    expect((await scopeward(["check"], { cwd })).code).toBe(1);
    expect((await scopeward(["check", "-i", "broken.rego"], { cwd })).code).toBe(0);
    const byPath = ["check", "-i", "drafts", "-i", "features/broken.rego"];
    expect((await scopeward(byPath, { cwd })).code).toBe(0);
  });

  test("`--v0-compatible` reads Rego v0", async () => {
    const cwd = await temporaryFolder({ "old/lib/old.rego": "package lib.old\n\np { true }\n" });
    expect((await scopeward(["check", "old"], { cwd })).code).toBe(1);
    expect((await scopeward(["check", "old", "--v0-compatible"], { cwd })).code).toBe(0);
  });

  test("the configuration names folder, plugins and what is ignored", async () => {
    const cwd = await projectFolder({
      "policies/features/broken.rego": unparseable,
      "scopeward.config.mts": 'export default { policies: "policies", ignore: ["broken.rego"] };',
    });
    expect((await scopeward(["check"], { cwd })).code).toBe(0);
  });

  test("a configuration that is wrong is invalid input, by the name of its member", async () => {
    const cwd = await projectFolder({ "scopeward.config.mts": "export default { watsch: 1 };" });
    const { code, stdout, stderr } = await scopeward(["check"], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("`watsch`");
  });

  test("a `.ts` configuration where Node reads no module says to rename it", async () => {
    const cwd = await projectFolder({ "package.json": '{ "type": "commonjs" }' });
    const { rename } = await import("node:fs/promises");
    await rename(`${cwd}/scopeward.config.mts`, `${cwd}/scopeward.config.ts`);
    const { code, stderr } = await scopeward(["check"], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain("scopeward.config.mts");
  });

  test("several paths are one policy set", async () => {
    const cwd = await temporaryFolder({
      "one/lib/one.rego": "package lib.one\n\nlarge(x) if not data.lib.two.small(x)\n",
      "two/lib/two.rego": "package lib.two\n\nsmall(x) if x < 10\n",
    });
    expect((await scopeward(["check", "one", "two"], { cwd })).code).toBe(0);
    const alone = await scopeward(["check", "one"], { cwd });
    expect(alone.code).toBe(1);
    expect(alone.stdout).toContain("one/lib/one.rego:3:");
  });

  test("two folders that hold the same file are invalid input", async () => {
    const cwd = await projectFolder({ "other/features/notes.rego": "package features.notes\n" });
    const { code, stderr } = await scopeward(["check", "policies", "other"], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain("other/features/notes.rego");
  });

  test("a file that is not UTF-8 is invalid input", async () => {
    const cwd = await projectFolder();
    const { writeFile } = await import("node:fs/promises");
    await writeFile(`${cwd}/policies/features/bad.rego`, Buffer.from([0xff, 0xfe, 0x00]));
    const { code, stderr } = await scopeward(["check"], { cwd });
    expect(code).toBe(3);
    expect(stderr).toContain("policies/features/bad.rego");
  });
});
