import { expect, test } from "vitest";
import { jsonOf, scopeward } from "../../command-line.ts";
import { projectFolder } from "../../temporary-folder.ts";

const declared = [
  {
    name: "notes",
    title: "Notes",
    scopes: [
      {
        scope: "notes:read",
        title: "Search notes",
        tools: ["search_notes"],
        models: [],
        audiences: ["external", "internal"],
        risk: "low",
      },
      {
        scope: "notes:write",
        title: "Write notes",
        tools: ["write_note"],
        models: [],
        audiences: ["internal"],
        risk: "medium",
      },
    ],
  },
];

test("a folder and the bundle that is built of it tell the same", async () => {
  const cwd = await projectFolder();
  const folder = await scopeward(["inspect", "--json"], { cwd });
  expect(folder.code).toBe(0);
  expect(jsonOf(folder)).toEqual({
    revision: expect.stringMatching(/^sha256:[0-9a-f]{64}$/u),
    features: declared,
    builtins: expect.arrayContaining(["count"]),
  });
  await scopeward(["build", "-o", "b.tar.gz"], { cwd });
  const bundle = await scopeward(["inspect", "b.tar.gz", "--json"], { cwd });
  expect(bundle.code).toBe(0);
  expect(jsonOf(bundle)).toEqual(jsonOf(folder));
});

test("people see features, scopes, tools, audiences and the revision", async () => {
  const cwd = await projectFolder();
  const { stdout } = await scopeward(["inspect", "policies"], { cwd });
  expect(stdout).toMatch(/^revision +sha256:/mu);
  expect(stdout).toMatch(/^notes +Notes$/mu);
  expect(stdout).toMatch(/^ +notes:write +Write notes; risk medium; internal$/mu);
  expect(stdout).toMatch(/^ +tools +write_note$/mu);
});

test("nothing in a title drives the terminal", async () => {
  const cwd = await projectFolder({
    "policies/features/loud.rego": `# METADATA
# title: "\\e[2JLoud"
package features.loud

# METADATA
# title: "Shout\\x9b31m"
scopes["loud:shout"] := {"tools": ["shout"]}
`,
  });
  const { code, stdout } = await scopeward(["inspect", "policies"], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("[2JLoud");
  expect(stdout).toContain("Shout");
  expect(stdout).not.toMatch(/[^\n\P{Cc}]/u);
});

test("policies that do not build have nothing to show: exit 1", async () => {
  const cwd = await projectFolder({
    "policies/features/broken.rego": "package features.broken\n{",
  });
  const { code, stdout, stderr } = await scopeward(["inspect", "--json"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("policies/features/broken.rego:2:1");
});

test.for([
  ["an empty file", ""],
  ["no archive", "hello"],
] as const)("a bundle that is %s is refused: exit 1", async ([, text]) => {
  const cwd = await projectFolder({ "b.tar.gz": text });
  const { code, stdout } = await scopeward(["inspect", "b.tar.gz"], { cwd });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});
