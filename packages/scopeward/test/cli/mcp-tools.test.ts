import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scopeward } from "../command-line.ts";
import { projectFolder, temporaryFolder } from "../temporary-folder.ts";

/** A server of two pages of tools, whose names are not all what they should be. */
const server = `
import { createInterface } from "node:readline";
const tool = (name, readOnlyHint) => ({ name, inputSchema: { type: "object" }, annotations: { readOnlyHint } });
const odd = ["roots/list", "answer_approval", 'x": {}} # ', "re\\u0430d", "a\\nb"].map((name) => tool(name, true));
const pages = { first: { tools: [tool("read", true), ...odd], nextCursor: "second" }, second: { tools: [tool("write")] } };
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  const result = method === "initialize"
    ? { protocolVersion: "2025-11-25", capabilities: { tools: {}, prompts: {} }, serverInfo: { name: "a", version: "1" } }
    : pages[params?.cursor ?? "first"];
  const environment = Object.keys(process.env).filter((name) => name.startsWith("SCOPEWARD_"));
  if (environment.length > 0) process.exit(1);
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
}
`;

test("`scopeward mcp --print-tools` writes a feature that builds and names each tool", async () => {
  const cwd = await projectFolder();
  await writeFile(join(cwd, "server.mjs"), server);
  const command = [
    "mcp",
    "--print-tools",
    "--prefix",
    "disk.",
    "--",
    process.execPath,
    "server.mjs",
  ];
  const { code, stdout, stderr } = await scopeward(command, { cwd });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("left out 5 tools");
  const named = stdout.match(/"disk\.[^"]*"/gu);
  expect(named).toEqual(['"disk.read"', '"disk.prompts/get"', '"disk.write"']);
  await writeFile(join(cwd, "policies/features/disk.rego"), stdout);
  const check = await scopeward(["check"], { cwd });
  expect(check.code, check.stdout).toBe(0);
  const formatted = await scopeward(["fmt", "--check"], { cwd });
  expect(formatted.code, formatted.stdout).toBe(0);
});

test("a server that tells no tools ends it with exit code 3 and one line", async () => {
  const cwd = await temporaryFolder({});
  for (const code of ["process.exit(0)", 'console.log("{}"); process.exit(0)']) {
    const command = ["mcp", "--print-tools", "--", process.execPath, "--eval", code];
    const { code: exit, stdout, stderr } = await scopeward(command, { cwd });
    expect(exit).toBe(3);
    expect(stdout).toBe("");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  }
});
