import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { openScopeward } from "../../../src/index.ts";
import { scopeward } from "../../command-line.ts";
import { keysProject } from "../../keys-project.ts";
import type { KeysProject } from "../../keys-project.ts";
import { projectFolder, temporaryFolder, writeFiles } from "../../temporary-folder.ts";
import { denialOf, McpProcess, textOf, writeServer } from "./mcp-project.ts";

interface Guarded {
  readonly cwd: string;
  readonly project: KeysProject;
  readonly command: readonly string[];
  readonly token: string;
  /** Starts `scopeward mcp` with these arguments, as a client would. */
  readonly start: (args?: readonly string[], env?: Readonly<Record<string, string>>) => McpProcess;
}

/** A project with a key for `notes:read` and a server. */
async function guarded(): Promise<Guarded> {
  const project = await keysProject();
  const { token } = await project.issue();
  const { cwd } = project;
  const command = await writeServer(cwd);
  const home = project.home;
  const start: Guarded["start"] = (args = ["--", ...command], env = {}) =>
    new McpProcess(args, cwd, { XDG_CONFIG_HOME: home, SCOPEWARD_TOKEN: token, ...env });
  return { cwd, project, command, token, start };
}

function call(name: string, args: object = {}): object {
  return { name, arguments: args };
}

describe("a server that runs as a process", () => {
  test("has its tools filtered, its allowed calls run, and gets no denied one", async () => {
    const { cwd, start } = await guarded();
    const mcp = start();
    await mcp.initialize();
    const { result } = await mcp.ask(1, "tools/list");
    expect(result).toMatchObject({ tools: [{ name: "search_notes" }] });
    const allowed = await mcp.ask(2, "tools/call", call("search_notes", { words: "launch" }));
    expect(JSON.parse(textOf(allowed))).toMatchObject({ words: "launch" });
    const denied = await mcp.ask(3, "tools/call", call("write_note", { text: "x" }));
    expect(denied.result).toMatchObject({ isError: true });
    expect(textOf(denied)).toContain("scope:missing");
    const forged = await mcp.ask(4, "tools/call", call("delete_notes"));
    expect(textOf(forged)).toContain("scope:unknown");
    mcp.end();
    expect(await mcp.exited).toBe(0);
    expect(mcp.stderr).toContain("got tools/call search_notes");
    expect(mcp.stderr).not.toContain("got tools/call write_note");
    expect(mcp.stderr).not.toContain("got tools/call delete_notes");
    const effects = await decisions(cwd);
    expect(effects.filter((effect) => effect === "deny")).toHaveLength(2);
  });

  test("is given nothing of the environment that is Scopeward's", async () => {
    const { start } = await guarded();
    const mcp = start(undefined, { SCOPEWARD_MANAGEMENT_TOKEN: "none", SCOPEWARD_OTHER: "1" });
    await mcp.initialize();
    const answer = await mcp.ask(1, "tools/call", call("search_notes", { words: "env" }));
    expect(JSON.parse(textOf(answer))).toEqual({ words: "env", ours: [] });
  });

  test("ends with its own exit code", async () => {
    const { start } = await guarded();
    const mcp = start();
    await mcp.initialize();
    mcp.write(
      JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: call("search_notes", { words: "exit" }),
      }),
    );
    expect(await mcp.exited).toBe(7);
  });

  test("is given the signals that end us, and is not left behind", async () => {
    const { start } = await guarded();
    const mcp = start();
    const pid = Number((await mcp.said(/started \d+/u)).slice("started ".length));
    await mcp.initialize();
    mcp.kill("SIGTERM");
    expect(await mcp.exited).toBe(9);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("answers what was asked before standard input ended", async () => {
    const { start } = await guarded();
    const mcp = start();
    mcp.write(
      JSON.stringify({
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: call("search_notes", { words: "last" }),
      }),
    );
    mcp.end();
    expect(await mcp.exited).toBe(0);
    expect(mcp.messages).toHaveLength(1);
  });

  test("may write what is no message: it is dropped, and told once", async () => {
    const { start } = await guarded();
    const mcp = start();
    await mcp.initialize();
    const answer = await mcp.ask(1, "tools/call", call("search_notes", { words: "junk" }));
    expect(JSON.parse(textOf(answer))).toMatchObject({ words: "junk" });
    await mcp.said(/what the server wrote to standard output is dropped/u);
  });
});

test("a message that says one thing twice is refused and does not reach the server", async () => {
  const { start } = await guarded();
  const mcp = start();
  await mcp.initialize();
  const twice = [
    '{"name":"search_notes","name":"write_note","arguments":{}}',
    String.raw`{"name":"search_notes","n\u0061me":"write_note"}`,
    '{"name":"search_notes","arguments":{"words":"a","words":"b"}}',
  ];
  for (const [index, params] of twice.entries()) {
    mcp.write(`{"jsonrpc":"2.0","id":${index + 1},"method":"tools/call","params":${params}}`);
  }
  mcp.end();
  await mcp.exited;
  const refused = mcp.messages.filter(({ error }) => error?.code === -32_600);
  expect(refused).toHaveLength(twice.length);
  expect(mcp.stderr).not.toContain("got tools/call");
});

test("a batch is taken apart, and each call in it decided", async () => {
  const { start } = await guarded();
  const mcp = start();
  await mcp.initialize();
  const batch = ["search_notes", "write_note"].map((name, id) => ({
    jsonrpc: "2.0",
    id: `call-${id}`,
    method: "tools/call",
    params: call(name, { words: "a" }),
  }));
  mcp.write(JSON.stringify(batch));
  const allowed = await mcp.message(({ id }) => id === "call-0");
  const denied = await mcp.message(({ id }) => id === "call-1");
  expect(allowed.result?.["isError"]).toBeUndefined();
  expect(denied.result?.["isError"]).toBe(true);
});

test("what cannot be used at the start is told in one line, with exit code 3", async () => {
  const { command, project, start } = await guarded();
  const { key, token: revoked } = await project.issue();
  await project.answer(["revoke", key.id, "--json"]);
  const broken = await temporaryFolder({ "features/broken.rego": "package features.broken\n\nx" });
  const server = ["--", ...command];
  const http = ["--url", "http://127.0.0.1:1/mcp"];
  const starts: readonly [args: readonly string[], env: Record<string, string>, said: string][] = [
    [server, { SCOPEWARD_TOKEN: "" }, "SCOPEWARD_TOKEN"],
    [server, { SCOPEWARD_TOKEN: "junk" }, "key:malformed"],
    [[], {}, "--url"],
    [[...http, ...server], {}, "--url"],
    [["--", "no-such-server-here"], {}, "no-such-server-here"],
    [[...http, "--header-env", "Authorization=NO_SUCH_VARIABLE"], {}, "NO_SUCH_VARIABLE"],
    [server, { SCOPEWARD_TOKEN: revoked }, "(key:revoked): issue another"],
    [["--policies", broken, ...server], {}, "policies_invalid"],
  ];
  for (const [args, env, said] of starts) {
    const mcp = start(args, env);
    expect(await mcp.exited, said).toBe(3);
    expect(mcp.messages).toEqual([]);
    expect(mcp.stderr.trim().split("\n")).toHaveLength(1);
    expect(mcp.stderr).toContain(said);
  }
});

test("a URL with a password in it is refused, as others can read the command line", async () => {
  const { start } = await guarded();
  const mcp = start(["--url", "https://ada:hidden@notes.example/mcp"]);
  expect(await mcp.exited).toBe(3);
  expect(mcp.stderr).toContain("--header-env");
  expect(mcp.stderr).not.toContain("hidden");
});

test("a server that is reached over HTTP is guarded, with a header from the environment", async () => {
  const { start } = await guarded();
  const heard: (string | null)[] = [];
  const handler = createMcpHandler(({ requestInfo }) => {
    heard.push(requestInfo?.headers.get("authorization") ?? null);
    const server = new McpServer({ name: "notes", version: "1.0.0" });
    for (const name of ["search_notes", "write_note"]) {
      server.registerTool(name, {}, () => ({ content: [{ type: "text", text: name }] }));
    }
    return server;
  });
  const serve = toNodeHandler(handler);
  const http = createServer(
    (request, response) => void serve(request as Parameters<typeof serve>[0], response),
  );
  onTestFinished(async () => {
    await handler.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const header = ["--header-env", "Authorization=NOTES_AUTHORIZATION"];
  const mcp = start(["--url", `http://127.0.0.1:${port}/mcp`, ...header], {
    NOTES_AUTHORIZATION: "Bearer theirs",
  });
  await mcp.initialize();
  const { result } = await mcp.ask(1, "tools/list");
  expect(result).toMatchObject({ tools: [{ name: "search_notes" }] });
  expect(textOf(await mcp.ask(2, "tools/call", call("search_notes")))).toBe("search_notes");
  expect(textOf(await mcp.ask(3, "tools/call", call("write_note")))).toContain("scope:missing");
  expect(new Set(heard)).toEqual(new Set(["Bearer theirs"]));
  mcp.end();
  expect(await mcp.exited).toBe(0);
});

test("a server that cannot be reached is an error to each request, and no end", async () => {
  const { start } = await guarded();
  const mcp = start(["--url", "http://127.0.0.1:1/mcp"]);
  expect(await mcp.ask(1, "tools/list")).toMatchObject({ error: { code: -32000 } });
  expect(await mcp.ask(2, "ping")).toMatchObject({ error: { code: -32000 } });
});

const asks = `
require_approval contains {"code": "long_search"} if input.args.words == "everything"
`;
const closed = `
deny contains {"code": "notes_closed"} if input.action.name == "search_notes"
`;

test("a call waits for a person in the queue of the state folder; an edited policy is told", async () => {
  const cwd = await projectFolder();
  await appendFile(join(cwd, "policies/features/notes.rego"), asks);
  await writeFiles(cwd, {
    "policies/features/approvals.rego":
      'package features.approvals\n\nscopes["approvals:answer"] := {"tools": {"answer_approval": {"resource": "none"}}}\n',
  });
  const home = await temporaryFolder();
  const command = await writeServer(cwd);
  const options = {
    policies: join(cwd, "policies"),
    state: join(cwd, ".scopeward"),
    keys: { pepperFile: join(home, "pepper.json") },
  };
  await writeFiles(home, { "scopeward.config.json": JSON.stringify(options) });
  const ward = await openScopeward(options);
  onTestFinished(async () => await ward.close());
  const tokens = await Promise.all(
    [
      ["user:ada", "notes:read"],
      ["user:grace", "approvals:answer"],
    ].map(async ([owner = "", scope = ""]) => {
      const issued = await ward.keys.issue({ owner, scopes: [scope], expires: "1h" });
      if (issued.kind !== "issued") throw new Error(issued.kind);
      return issued.token;
    }),
  );
  const [ada, grace] = tokens;
  const mcp = new McpProcess(
    ["--config", join(home, "scopeward.config.json"), "--", ...command],
    cwd,
    { SCOPEWARD_TOKEN: ada!.reveal() },
  );
  await mcp.initialize();
  const params = call("search_notes", { words: "everything" });
  const parked = await mcp.ask(1, "tools/call", params);
  const denial = denialOf(parked);
  expect(denial.codes).toEqual(["long_search"]);
  expect(mcp.stderr).not.toContain("got tools/call");
  const { approval: id } = denial;
  const answered = await ward.enforcer.answerApproval({
    id,
    verdict: "approve",
    approver: { token: grace! },
  });
  expect(answered.kind).toBe("answered");
  const ran = await mcp.ask(2, "tools/call", params);
  expect(JSON.parse(textOf(ran))).toMatchObject({ words: "everything" });
  expect((await mcp.ask(3, "tools/call", params)).result).toMatchObject({ isError: true });

  await appendFile(join(cwd, "policies/features/notes.rego"), closed);
  await mcp.message(({ method }) => method === "notifications/tools/list_changed");
  expect((await mcp.ask(4, "tools/list")).result).toMatchObject({ tools: [] });
});

test("`scopeward mcp --help` tells how a server is given", async () => {
  const { code, stdout } = await scopeward(["mcp", "--help"]);
  expect(code).toBe(0);
  expect(stdout).toContain("scopeward mcp -- ");
});

async function decisions(cwd: string): Promise<readonly unknown[]> {
  const log = join(cwd, ".scopeward", "audit");
  const files = (await readdir(log)).filter((name) => name.endsWith(".jsonl"));
  const texts = await Promise.all(files.map((name) => readFile(join(log, name), "utf8")));
  return texts
    .flatMap((text) => text.trim().split("\n"))
    .map((line) => JSON.parse(line) as { readonly effect?: unknown; readonly type: string })
    .flatMap(({ type, effect }) => (type === "decision" ? [effect] : []));
}
