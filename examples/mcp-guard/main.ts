// A published MCP server, unchanged, behind `scopeward mcp`: a real client over standard input and output
// sees and does what its key and the policies allow. Every claim that is printed is checked; the process
// ends with 1 when one does not hold.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { openScopeward } from "scopeward";
import type { Secret } from "scopeward";

const scopeward = fileURLToPath(new URL("../../packages/scopeward/src/main.ts", import.meta.url));
const policies = fileURLToPath(new URL("policies", import.meta.url));
const server = filesystemServer();

const folder = await mkdtemp(join(tmpdir(), "scopeward-mcp-guard-"));
const notes = join(folder, "notes");
const configuration = join(folder, "scopeward.config.json");
try {
  await writeNotes();
  // Apart from each other, as they should be: who can read the state cannot make a key from it.
  const keys = { pepperFile: join(folder, "secrets", "pepper.json") };
  const options = { policies, state: join(folder, "state"), keys };
  await writeFile(configuration, JSON.stringify(options));
  const client = await connect(await issueKey(options));
  try {
    await tellStory(client);
  } finally {
    await client.close();
  }
  await tellLog();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function tellStory(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  assert.deepEqual(names.toSorted(), ["list_directory", "read_text_file"]);
  console.log(`The server has more tools than these, the key has: ${names.join(", ")}\n`);

  await call(client, "read_text_file", { path: "plan.md" }, "launch in May, ask (address)");
  await call(client, "read_text_file", { path: "private/salaries.md" }, "path_not_open");
  await call(client, "read_text_file", { path: "shared/../private/salaries.md" }, "path_not_open");
  await call(client, "write_file", { path: "plan.md", content: "mine" }, "scope:missing");
  await call(client, "write_file\u200B", { path: "plan.md", content: "mine" }, "scope:unknown");
  await call(client, "move_file", { source: "plan.md", destination: "p.md" }, "scope:unknown");
  assert.match(await readFile(join(notes, "plan.md"), "utf8"), /launch in May/u);
  console.log("\nNothing was written.");
}

/** Calls a tool as a model would; the answer holds what is expected. */
async function call(
  client: Client,
  name: string,
  args: Record<string, string>,
  expected: string,
): Promise<void> {
  const { content, isError = false } = await client.callTool({ name, arguments: args });
  const [first] = content;
  assert(first?.type === "text");
  assert(first.text.includes(expected), first.text);
  assert.equal(isError, expected.includes(":") || expected === "path_not_open");
  const shown = JSON.stringify(name).padEnd(18);
  console.log(`${shown} ${(args["path"] ?? "").padEnd(30)} ${isError ? "denied " : ""}${expected}`);
}

/** The log has every decision, and what came of what ran. */
async function tellLog(): Promise<void> {
  const log = join(folder, "state", "audit");
  const files = (await readdir(log)).filter((name) => name.endsWith(".jsonl"));
  const texts = await Promise.all(files.map((name) => readFile(join(log, name), "utf8")));
  const entries = texts
    .flatMap((text) => text.trim().split("\n"))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const count = (type: string, member: string, value: string): number =>
    entries.filter((entry) => entry["type"] === type && entry[member] === value).length;
  console.log(
    `The audit log has ${count("decision", "effect", "deny")} denied calls and their codes.`,
  );
  assert.equal(count("decision", "effect", "deny"), 5);
  assert.equal(count("outcome", "status", "succeeded"), 1);
}

async function writeNotes(): Promise<void> {
  await mkdir(join(notes, "private"), { recursive: true });
  await mkdir(join(notes, "shared"));
  await writeFile(join(notes, "plan.md"), "launch in May, ask ada@example.org\n");
  await writeFile(join(notes, "private", "salaries.md"), "ada: 1\n");
}

async function issueKey(options: Parameters<typeof openScopeward>[0]): Promise<Secret> {
  const ward = await openScopeward(options);
  try {
    const issued = await ward.keys.issue({
      owner: "user:ada",
      audience: "internal",
      kind: "agt",
      scopes: ["files:read"],
      expires: "1h",
    });
    assert(issued.kind === "issued", JSON.stringify(issued));
    return issued.token;
  } finally {
    await ward.close();
  }
}

/** As a desktop client starts a server: with a command, its arguments and the key in the environment. */
async function connect(token: Secret): Promise<Client> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [scopeward, "mcp", "--config", configuration, "--", process.execPath, server, notes],
    env: { SCOPEWARD_TOKEN: token.reveal() },
    stderr: "inherit",
  });
  const client = new Client({ name: "mcp-guard", version: "1.0.0" });
  await client.connect(transport);
  return client;
}

function filesystemServer(): string {
  const manifest = createRequire(import.meta.url).resolve(
    "@modelcontextprotocol/server-filesystem/package.json",
  );
  return join(dirname(manifest), "dist", "index.js");
}
