import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { repositoryRoot } from "../architecture/repository.ts";
import { attackedWard, policyFolder } from "./attacked-ward.ts";
import type { AttackedWard } from "./attacked-ward.ts";

// ASI05, unexpected code execution. Who: whoever writes the arguments of a tool that runs code. What: to
// show the policies harmless arguments and the tool others. What holds: one deep-frozen plain copy is
// decided on and run with, no code of the arguments' maker runs, a schema's output is what is decided
// on, and a line of MCP that says one thing twice is refused.

const constraints = { sandbox: ["throwaway"] };
const harmless = { sandbox: "throwaway", language: "python", code: "print(1)" };

/** Looks like arguments, and is an instance of a class. */
class Arguments {
  readonly sandbox = "throwaway";
}

async function run(ward: AttackedWard, args: unknown): ReturnType<typeof ward.attempt> {
  const token = await ward.token(["code:run"], { constraints });
  return await ward.attempt({ token }, { tool: "run_code", args });
}

describe("arguments that change between decision and use", () => {
  let reads = 0;
  const turning = (): string => (reads++ === 0 ? "throwaway" : "production");

  test.for<readonly [string, () => unknown]>([
    [
      "by a getter",
      () => Object.defineProperty({ ...harmless }, "sandbox", { get: turning, enumerable: true }),
    ],
    ["by a proxy", () => new Proxy(harmless, { get: turning })],
    [
      "by the proxy that is their prototype",
      () =>
        Object.setPrototypeOf(
          { ...harmless },
          new Proxy({}, { getPrototypeOf: () => (turning(), null) }),
        ) as unknown,
    ],
    ["by `toJSON`", () => ({ ...harmless, toJSON: () => ({ ...harmless, sandbox: turning() }) })],
    ["by a text that is an object", () => ({ ...harmless, sandbox: { toString: turning } })],
    ["by a class", () => Object.assign(new Arguments(), harmless)],
    ["by a symbol", () => ({ ...harmless, sandbox: Object(Symbol.for("throwaway")) as unknown })],
  ])("%s do not run, and nothing of theirs does", async ([, make]) => {
    reads = 0;
    const ward = await attackedWard();
    const { ran, codes } = await run(ward, make());
    expect({ ran, codes, reads }).toEqual({
      ran: [],
      codes: ["engine:args_unparseable"],
      reads: 0,
    });
  });

  test("by somebody who kept them are what they were when they were decided on", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["code:run"], { constraints });
    const kept = { ...harmless, files: [{ path: "a" }] };
    const authorized = await ward.ward.enforcer.authorize({ token, tool: "run_code", args: kept });
    if (authorized.kind !== "allow") throw new Error(authorized.kind);
    kept.sandbox = "production";
    kept.files[0]!.path = "/etc/passwd";
    const ran: unknown[] = [];
    await ward.ward.enforcer.execute(authorized.permit, {
      name: "run_code",
      execute: (args) => ran.push(args),
    });
    expect(ran).toEqual([{ ...harmless, files: [{ path: "a" }] }]);
  });

  test("by the tool itself stay as they are", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["code:run"], { constraints });
    const running = ward.ward.enforcer.run(
      { token, args: { ...harmless, files: [] } },
      {
        name: "run_code",
        execute: (args) => (args["files"] as unknown[]).push("more"),
      },
    );
    await expect(running).rejects.toThrow(TypeError);
  });

  test("by another realm's objects are read as they are", async () => {
    const ward = await attackedWard();
    const args = runInNewContext("(" + JSON.stringify(harmless) + ")") as unknown;
    expect((await run(ward, args)).ran).toEqual([harmless]);
  });
});

describe("keys of prototypes", () => {
  test.for([
    '{"sandbox":"throwaway","language":"python","__proto__":{"sandbox":"production"}}',
    '{"__proto__":{"sandbox":"throwaway","language":"python"}}',
    '{"sandbox":"throwaway","language":"python","nested":{"__proto__":{"admin":true}}}',
  ])("are refused: %s", async (text) => {
    const ward = await attackedWard();
    const { ran, codes } = await run(ward, JSON.parse(text));
    expect({ ran, codes }).toEqual({ ran: [], codes: ["engine:args_unparseable"] });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test("name nothing that was not given", async () => {
    const ward = await attackedWard();
    const args = Object.create({ sandbox: "throwaway", language: "python" }) as unknown;
    expect((await run(ward, args)).ran).toEqual([]);
    const constructors = { ...harmless, constructor: { prototype: { sandbox: "production" } } };
    expect((await run(ward, constructors)).ran).toEqual([constructors]);
  });
});

async function call(schema: z.ZodType, args: unknown): Promise<readonly unknown[]> {
  const ward = await attackedWard();
  const token = await ward.token(["code:run"], { constraints });
  const parse = (given: unknown): unknown => schema.parse(given);
  const attempt = { tool: "run_code", args, arguments: { parse } };
  return (await ward.attempt({ token }, attempt)).ran;
}

describe("a tool's schema", () => {
  const text = z.string();

  test("that trims and folds is decided on as the tool gets it", async () => {
    const schema = z.looseObject({ sandbox: text.transform((name) => name.trim().toLowerCase()) });
    expect(await call(schema, { ...harmless, sandbox: " PRODUCTION " })).toEqual([]);
    expect(await call(schema, { ...harmless, sandbox: " Throwaway " })).toEqual([harmless]);
  });

  test("that renames a member hides nothing behind the old name", async () => {
    const schema = z
      .looseObject({ target: text.optional(), sandbox: text.optional() })
      .transform(({ target, ...rest }) =>
        target === undefined ? rest : { ...rest, sandbox: target },
      );
    expect(await call(schema, { ...harmless, target: "production" })).toEqual([]);
  });

  test("that turns a text into something else is refused, for nobody decides on that", async () => {
    const schema = z.looseObject({ code: text.transform((code) => () => code) });
    expect(await call(schema, harmless)).toEqual([]);
  });

  test("that gives something else each time runs with what was decided on, or not at all", async () => {
    let times = 0;
    const sandboxes = ["throwaway", "production", "staging"];
    const schema = z.looseObject({ sandbox: text.transform(() => sandboxes[times++ % 3]) });
    expect(await call(schema, { ...harmless, sandbox: "any" })).toEqual([]);
    expect(await call(schema, harmless)).toEqual([]);
  });

  test("that coerces is decided on as the tool gets it", async () => {
    const ward = await attackedWard();
    const token = await ward.token(["payments:refund"]);
    const schema = z.object({ order: z.coerce.string(), amount: z.coerce.number() });
    const parse = (given: unknown): unknown => schema.parse(given);
    const refund = async (amount: unknown): ReturnType<typeof ward.attempt> =>
      await ward.attempt(
        { token },
        { tool: "refund", args: { order: 7, amount }, arguments: { parse } },
      );
    for (const large of ["5e4", " 50000 ", "0xC350", ["50000"]]) {
      expect((await refund(large)).kind).toBe("approval");
    }
    expect((await refund("5")).ran).toEqual([{ order: "7", amount: 5 }]);
  });
});

function called(id: number, params: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`;
}

test("an MCP line that says a thing twice reaches no server, whichever reader takes the first", async () => {
  const ward = await attackedWard();
  const token = await ward.token(["mail:read", "code:run"], { constraints });
  await ward.ward.close();
  await writeFile(join(ward.folder, "server.mjs"), server);
  const good = JSON.stringify(harmless);
  const bad = good.replace("throwaway", "production");
  const lines = [
    '{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    called(1, `{"name":"run_code","name":"send_mail","arguments":${good}}`),
    called(2, `{"name":"run_code","arguments":${bad},"arguments":${good}}`),
    called(3, `{"name":"run_code","arguments":${good},"\\u0061rguments":${bad}}`),
    called(4, `{"name":"run_code","arguments":${good.replace("{", '{"sandbox":"production",')}}`),
    `{"jsonrpc":"2.0","id":5,"method":"ping","method":"tools/call","params":{"name":"run_code","arguments":${bad}}}`,
    `{"jsonrpc":"2.0","id":6,"method":"Tools/Call","params":{"name":"run_code","arguments":${bad}}}`,
    `[${called(7, `{"name":"run_code","arguments":${bad}}`)}]`,
    called(8, `{"name":"run_code","arguments":${bad}}`),
    called(9, `{"name":"run_code","arguments":${good}}`),
  ];
  const main = join(repositoryRoot, "packages/scopeward/src/main.ts");
  const config = join(ward.folder, "scopeward.config.json");
  const pepperFile = join(ward.folder, "secrets", "pepper.json");
  const configuration = { policies: policyFolder, state: ward.state, keys: { pepperFile } };
  await writeFile(config, JSON.stringify(configuration));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [main, "mcp", "--config", config, "--", process.execPath, join(ward.folder, "server.mjs")],
    {
      cwd: ward.folder,
      input: `${lines.join("\n")}\n`,
      encoding: "utf8",
      timeout: 60_000,
      env: { ...process.env, SCOPEWARD_TOKEN: token },
    },
  );
  expect(status, stderr).toBe(0);
  const reached = stderr.split("\n").filter((line) => line.startsWith("ran "));
  expect(reached).toEqual([`ran run_code ${good}`]);
  expect(stdout).not.toContain("production");
});

const server = `
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const answer = (result) => process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, result }) + "\\n");
  if (method === "initialize") {
    answer({ protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } });
  } else if (method?.toLowerCase() === "tools/call") {
    process.stderr.write("ran " + params.name + " " + JSON.stringify(params.arguments) + "\\n");
    answer({ content: [{ type: "text", text: "ok" }] });
  } else if (id !== undefined) answer({});
}
`;
