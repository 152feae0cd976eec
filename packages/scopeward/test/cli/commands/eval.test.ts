import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, afterAll, describe, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { templateFiles } from "../../../src/cli/template-files.ts";
import { jsonOf, scopeward } from "../../command-line.ts";
import { allowedRequest, projectFolder, writeFiles } from "../../temporary-folder.ts";

const cwd = mkdtempSync(join(tmpdir(), "scopeward-eval-"));
const denied = { ...allowedRequest, key: { ...allowedRequest.key, scopes: [] } };
const allow = { effect: "allow", reasons: [], obligations: [] };
const missing = {
  effect: "deny",
  reasons: [{ code: "scope:missing" }],
  obligations: [],
  missing_scopes: ["notes:read"],
};

beforeAll(async () => {
  const options = { configuration: "scopeward.config.mts", workflow: false, version: "0.0.0" };
  await writeFiles(cwd, templateFiles(options));
  const { code, stderr } = await scopeward(["build", "-o", "b.tar.gz"], { cwd });
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe.for(["policies", "b.tar.gz"])("eval %s", (target) => {
  test("allow is exit 0, and the Decision is on standard output", async () => {
    const run = await scopeward(["eval", target, "--input", "request.json"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(jsonOf(run)).toEqual(allow);
  });

  test("deny is exit 2, with missing_scopes; `-` is standard input", async () => {
    const input = JSON.stringify(denied);
    const run = await scopeward(["eval", target, "--input", "-"], { cwd, input });
    expect(run.code).toBe(2);
    expect(jsonOf(run)).toEqual(missing);
  });

  test.for(["{}", "[]", "null", '"text"', "5", '{"phase":"call","__proto__":{"a":1}}'])(
    "JSON %s that is no AccessRequest is a Decision: engine:input_invalid, exit 2",
    async (input) => {
      const run = await scopeward(["eval", target, "--input", "-"], { cwd, input });
      expect(run.code).toBe(2);
      expect(jsonOf(run)).toMatchObject({
        effect: "deny",
        reasons: [{ code: "engine:input_invalid" }],
      });
    },
  );

  test("`--explain` adds the rules that spoke, with positions", async () => {
    const input = JSON.stringify({
      ...allowedRequest,
      key: { ...allowedRequest.key, scopes: ["notes:write"] },
      action: { type: "tool", name: "write_note" },
      args: { text: "x".repeat(3000) },
    });
    const run = await scopeward(["eval", target, "--input", "-", "--explain"], { cwd, input });
    expect(run.code).toBe(2);
    const answer = jsonOf(run) as { rules: readonly { path: string; file: string; row: number }[] };
    expect(answer).toMatchObject({ effect: "deny", reasons: [{ code: "note_too_long" }] });
    const rule = answer.rules.find(({ path }) => path === "data.features.notes.deny");
    expect(rule).toMatchObject({ file: expect.stringContaining("features/notes.rego"), row: 25 });
    expect(run.stderr).toMatch(/features\/notes\.rego:25:1: data\.features\.notes\.deny/u);
  });

  test("`--query` prints any document", async () => {
    const run = await scopeward(["eval", target, "--query", "data.notes.longest"], { cwd });
    expect(run).toMatchObject({ code: 0, stdout: "2000\n" });
  });

  test("a query that is undefined is exit 1", async () => {
    const run = await scopeward(["eval", target, "--query", "data.notes.nothing"], { cwd });
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain("undefined");
  });
});

test.for(["data.features[", "x", "data.notes ="])(
  "`--query %s` is not Rego, which is invalid input: exit 3 with its column",
  async (query) => {
    const run = await scopeward(["eval", "b.tar.gz", "--query", query], { cwd });
    expect(run).toMatchObject({ code: 3, stdout: "" });
    expect(run.stderr).toMatch(/`--query`, column \d+: /u);
  },
);

test.for(["", "{", "allow", "{'phase': 1}", '{"a":1}{"b":2}'])(
  "`%s` is not JSON: exit 3, no data, and the text is not shown",
  async (input) => {
    const run = await scopeward(["eval", "b.tar.gz", "--input", "-"], { cwd, input });
    expect(run).toMatchObject({ code: 3, stdout: "" });
    expect(run.stderr).toContain("not JSON");
  },
);

test("a request beyond the limit is a Decision: engine:input_too_large", async () => {
  const input = JSON.stringify({ ...allowedRequest, args: { words: "x".repeat(2 ** 20) } });
  const run = await scopeward(["eval", "b.tar.gz", "--input", "-"], { cwd, input });
  expect(run.code).toBe(2);
  expect(jsonOf(run)).toMatchObject({ reasons: [{ code: "engine:input_too_large" }] });
});

describe("eval --jsonl", () => {
  test("answers one line per line, exit 0 whatever they say", async () => {
    const lines = [allowedRequest, denied, {}].map((each) => JSON.stringify(each));
    const run = await scopeward(["eval", "b.tar.gz", "--input", "-", "--jsonl"], {
      cwd,
      input: `${lines.join("\n")}\n`,
    });
    expect(run.code).toBe(0);
    const decisions = run.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(decisions).toEqual([
      allow,
      missing,
      expect.objectContaining({
        effect: "deny",
        reasons: [expect.objectContaining({ code: "engine:input_invalid" })],
      }),
    ]);
  });

  test("a line that is not JSON is exit 3 with its row", async () => {
    await writeFile(join(cwd, "many.jsonl"), `${JSON.stringify(allowedRequest)}\n\n{oops\n`);
    const args = ["eval", "b.tar.gz", "--input", "many.jsonl", "--jsonl"];
    const run = await scopeward(args, { cwd });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("many.jsonl:3");
    expect(JSON.parse(run.stdout)).toEqual(allow);
  });

  test("a row of standard input is told as such", async () => {
    const args = ["eval", "b.tar.gz", "--input", "-", "--jsonl"];
    const run = await scopeward(args, { cwd, input: "{}\nnope\n" });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("row 2 of standard input");
  });

  test("a file that is not there is exit 3", async () => {
    const args = ["eval", "b.tar.gz", "--input", "no.jsonl", "--jsonl"];
    expect((await scopeward(args, { cwd })).code).toBe(3);
  });
});

test("policies that do not build: exit 1 with the problems, no data", async () => {
  const broken = await projectFolder({
    "policies/features/broken.rego": "package features.broken\n{",
  });
  const run = await scopeward(["eval", "--input", "request.json"], { cwd: broken });
  expect(run).toMatchObject({ code: 1, stdout: "" });
  expect(run.stderr).toContain("policies/features/broken.rego:2:1");
});

test("a bundle that was changed after it was built is refused: exit 1", async () => {
  const bytes = await readFile(join(cwd, "b.tar.gz"));
  await writeFile(join(cwd, "cut.tar.gz"), bytes.subarray(0, bytes.length / 2));
  const run = await scopeward(["eval", "cut.tar.gz", "--input", "request.json"], { cwd });
  expect(run).toMatchObject({ code: 1, stdout: "" });
});
