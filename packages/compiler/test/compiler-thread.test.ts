import { spawnSync } from "node:child_process";
import type { Compiler, CompilerHost } from "@scopeward/sdk";
import { afterEach, describe, expect, test } from "vitest";
import { CompilerError, openCompiler } from "../src/index.ts";
import { startCompiler } from "../src/open-compiler.ts";
import { bareHost, feature } from "./feature.ts";
import acme from "./fixtures/acme.plugin.ts";

const host: CompilerHost = {
  ...bareHost,
  pluginBuiltins: acme.builtins,
  pluginModules: [new URL("fixtures/acme.plugin.ts", import.meta.url).href],
};

const files = { "features/a.rego": feature("a") };

function program(body: string): string {
  return `
    import { openCompiler } from "@scopeward/compiler";
    const compiler = await openCompiler({ hostBuiltins: [], pluginBuiltins: [], pluginModules: [] });
    ${body}`;
}

let compiler: Compiler;
afterEach(async () => {
  await compiler.close();
});

async function calls(builtin: string): Promise<unknown> {
  return await compiler.evaluate({
    files: { "q.rego": `package q\n\nanswer := acme.${builtin}()\n` },
    query: "data.q.answer",
  });
}

describe("operations that are asked for at once", () => {
  test("each get their own answer", async () => {
    compiler = await openCompiler(bareHost);
    const names = ["a", "b", "c", "d", "e"];
    const answers = await Promise.all(
      names.map(
        async (name) =>
          await compiler.check({ files: { [`features/${name}.rego`]: feature(name) } }),
      ),
    );
    expect(answers.map(({ catalogue }) => Object.keys(catalogue?.features ?? {}))).toEqual(
      names.map((name) => [name]),
    );
  });
});

describe("an operation that never ends", () => {
  test("rejects at the limit, and those behind it are done", async () => {
    compiler = startCompiler(host, 4_000);
    const endless = calls("wait");
    const behind = compiler.check({ files });
    await expect(endless).rejects.toMatchObject({ code: "timeout" });
    expect((await behind).catalogue).toBeDefined();
  });
});

describe("an operation that ends the thread", () => {
  test("rejects, and those behind it are done", async () => {
    compiler = await openCompiler(host);
    const ending = calls("exit");
    const behind = compiler.check({ files });
    await expect(ending).rejects.toMatchObject({ code: "crashed" });
    expect((await behind).catalogue).toBeDefined();
  });
});

describe("options that are not plain data", () => {
  test("reject, and the next operation works", async () => {
    compiler = await openCompiler(bareHost);
    const callable = { "a.rego": (() => "package a") as unknown as string };
    const misused = compiler.check({ files: callable });
    const behind = compiler.check({ files: {} });
    await expect(misused).rejects.toMatchObject({ code: "failed" });
    expect((await behind).catalogue).toBeDefined();
  });
});

describe("a closed compiler", () => {
  test("has rejected what was pending, and rejects whatever comes", async () => {
    compiler = await openCompiler(host);
    const pending = [calls("wait"), compiler.check({ files })].map(async (operation) => {
      await expect(operation).rejects.toMatchObject({ code: "closed" });
    });
    await compiler.close();
    await Promise.all(pending);
    await expect(compiler.check({ files })).rejects.toSatisfy((error) => CompilerError.is(error));
  });

  test("can be closed again", async () => {
    compiler = await openCompiler(bareHost);
    await compiler.close();
    await expect(compiler.close()).resolves.toBeUndefined();
  });
});

describe("a process that does not close its compiler", () => {
  test.each([
    ["before it did anything", ""],
    ["after its work is done", `await compiler.check({ files: {} }); console.log("checked");`],
  ])("ends %s, and says nothing of its own", (_when, body) => {
    compiler = startCompiler(bareHost);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", program(body)],
      { cwd: import.meta.dirname, encoding: "utf8", timeout: 60_000 },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: body === "" ? "" : "checked\n",
      stderr: "",
    });
  });
});
