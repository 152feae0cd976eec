import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { repositoryRoot } from "../architecture/repository.ts";
import { codeBlocks } from "../docs/code-block.ts";

const packs = join(repositoryRoot, "reports/pack");
const minutes = 60_000;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The first key makes a pepper in the user's configuration folder: here that of the test. */
function run(
  command: string,
  args: readonly string[],
  cwd: string,
  variables: NodeJS.ProcessEnv = {},
): Ended {
  const env = { ...process.env, XDG_CONFIG_HOME: join(cwd, "configuration"), ...variables };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: "utf8",
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

function mustRun(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = run(command, args, cwd);
  expect(status, `${command} ${args.join(" ")}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

function tarballs(): string[] {
  return readdirSync(packs).map((name) => join(packs, name));
}

/** An empty folder outside the repository, with the packed packages installed by npm. */
function installedFolder(...others: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "scopeward-pack-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mustRun("npm", ["install", "--no-audit", "--no-fund", ...tarballs(), ...others], folder);
  return folder;
}

/** `name@version`, as this repository is tested with. */
function pinned(name: string): string {
  return `${name}@${versionIn("package.json", name) ?? versionIn("packages/adapters/package.json", name)}`;
}

function versionIn(path: string, name: string): string | undefined {
  const { devDependencies } = JSON.parse(readFileSync(join(repositoryRoot, path), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return devDependencies[name];
}

beforeAll(() => {
  mustRun(process.execPath, ["tools/pack.ts"], repositoryRoot);
}, 3 * minutes);

test(
  "the README's quick start works as it says, from the packed packages",
  { timeout: 3 * minutes },
  () => {
    const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8");
    const [, chapter = ""] = readme.split("## Quick start\n");
    const folder = installedFolder();
    let printed = "";
    const compared: string[] = [];
    for (const { language, text, file } of codeBlocks(chapter.split("\n## ")[0] ?? "")) {
      if (file !== undefined) writeFileSync(join(folder, file), text);
      if (language === "sh") printed = runLines(text, folder);
      if (language === "text") compared.push(printed, text);
    }
    const [actual, promised] = compared;
    expect(actual).toBe(promised);
    expect(compared).toHaveLength(2);
  },
);

function runLines(text: string, folder: string): string {
  let printed = "";
  for (const line of text.trim().split("\n")) {
    // The packages are not published yet: the tarballs are what the registry would give.
    if (line === "npm install scopeward") continue;
    const [command = "", ...args] = line.split(" ");
    printed = mustRun(command, args, folder);
  }
  return printed;
}

test("every command works from the packed packages", { timeout: 3 * minutes }, () => {
  const folder = installedFolder();
  const scopeward = (...args: string[]): Ended => run("npx", ["scopeward", ...args], folder);
  expect(scopeward("init", "--ci", "github").status).toBe(0);
  expect(scopeward("check").status).toBe(0);
  expect(scopeward("test", "--coverage", "--threshold", "90", "--evaluator", "all").status).toBe(0);
  expect(scopeward("fmt", "--check").status).toBe(0);
  expect(scopeward("build", "-o", "notes.tar.gz").status).toBe(0);
  const inspected = scopeward("inspect", "notes.tar.gz", "--json");
  expect(JSON.parse(inspected.stdout)).toMatchObject({ features: [{ name: "notes" }] });
  const allowed = scopeward("eval", "notes.tar.gz", "--input", "request.json");
  expect(allowed.status).toBe(0);
  expect(JSON.parse(allowed.stdout)).toEqual({ effect: "allow", reasons: [], obligations: [] });
});

test("the life of a key goes by the packed packages", { timeout: 3 * minutes }, () => {
  const folder = installedFolder();
  const answer = (args: readonly string[], token?: string): { status: number; json: unknown } => {
    const variables = token === undefined ? {} : { SCOPEWARD_TOKEN: token };
    const ended = run("npx", ["scopeward", ...args, "--json"], folder, variables);
    expect(ended.stderr).not.toContain("sward_");
    return { status: ended.status ?? -1, json: JSON.parse(ended.stdout) };
  };
  mustRun("npx", ["scopeward", "init"], folder);
  const request = ["--owner", "user:ada", "--audience", "internal", "--scope", "notes:read"];
  const issued = answer(["keys", "issue", ...request]);
  expect(issued).toMatchObject({ status: 0, json: { key: { owner: "user:ada" } } });
  const { key, token } = issued.json as { key: { id: string }; token: string };
  expect(answer(["keys", "verify", "--scope", "notes:read"], token)).toMatchObject({
    status: 0,
    json: { outcome: "verified", principal: { key: { id: key.id } } },
  });
  expect(answer(["keys", "revoke", key.id])).toMatchObject({
    status: 0,
    json: { key: { status: "revoked" } },
  });
  expect(answer(["keys", "verify"], token)).toMatchObject({
    status: 2,
    json: { outcome: "rejected", code: "key:revoked" },
  });
});

test(
  "a TypeScript consumer compiles against the packed declarations",
  { timeout: 3 * minutes },
  () => {
    const folder = installedFolder();
    writeFileSync(
      join(folder, "main.mts"),
      `import { openScopeward } from "scopeward";
import type { Decision, Issued, Principal, Refusal, Replayed } from "scopeward";
import { KeyStoreError, openKeyStore, type KeyStore } from "@scopeward/keys";
import { keyStoreCases, type KeyStoreHarness } from "@scopeward/keys/conformance";
import { defineBuiltin, definePlugin, type } from "@scopeward/sdk";
import { auditLogCases, secretProviderCases } from "@scopeward/sdk/conformance";
export const plugin = definePlugin({ name: "acme", builtins: [
  defineBuiltin({ name: "acme.risk", args: [type.string], result: type.number, evaluate: (a) => a.length }),
] });
export async function decide(): Promise<Decision> {
  const ward = await openScopeward({ policies: "policies", plugins: [plugin] });
  // @ts-expect-error -- a request is not an empty object
  return ward.decide({});
}
export const store: KeyStore = openKeyStore("postgres://localhost/keys");
export const isFault: boolean = KeyStoreError.is(store);
export const names = [keyStoreCases, auditLogCases, secretProviderCases].flat().map(({ name }) => name);
export async function holdToRules(harness: KeyStoreHarness): Promise<void> {
  for (const { run } of keyStoreCases) await run(harness);
}
export async function decideByKey(token: string): Promise<Decision> {
  const ward = await openScopeward({ policies: "policies", keys: { store: "sqlite:keys.db" } });
  const issued: Issued | Replayed | Refusal = await ward.keys.issue({
    owner: "user:ada", audience: "internal", scopes: ["notes:read"], constraints: { dataset: ["sales"] },
  });
  if (issued.kind === "issued") await ward.keys.rotate(issued.key.id, { overlap: "1h" });
  const verification = await ward.keys.verify(token, { address: "192.0.2.1" });
  if (verification.outcome === "rejected") throw new Error(verification.code);
  const agent: Principal = verification.principal.attenuate({ scopes: ["notes:read"] });
  // @ts-expect-error -- only verify makes a principal: a literal of its shape must not compile
  const literal: Principal = {
    tenant: "default", subject: { type: "user", id: "ada" }, actors: [], kind: "int", recordVersion: 1,
    key: { id: "1", audience: "internal", scopes: ["**"] }, freshness: { mode: "immediate", ageMs: 0 },
    attenuate: () => literal,
  };
  return ward.decideFor(agent, { action: { type: "tool", name: "read_note" } });
}
`,
    );
    const compiler = join(repositoryRoot, "node_modules/.bin/tsc");
    const options = [
      "--noEmit",
      "--strict",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "main.mts",
    ];
    expect(mustRun(compiler, options, folder)).toBe("");
  },
);

// Each with its own framework alone: every other one is an optional peer that is not there.
test.for([
  ["LangChain", ["langchain", "@langchain/core", "zod"]],
  ["MCP", ["@modelcontextprotocol/server", "@modelcontextprotocol/client"]],
  // The declarations of the AI SDK's provider need those of JSON Schema.
  ["AI SDK", ["ai", "zod"], ["@types/json-schema"]],
  ["HTTP", []],
] as const)(
  "the guide's example for %s runs and compiles with nothing else installed",
  { timeout: 3 * minutes },
  ([chapter, frameworks, declarations = []]) => {
    const guide = readFileSync(join(repositoryRoot, "docs/adapters.md"), "utf8");
    const [, text = ""] = guide.split(`\n## ${chapter}\n`);
    const example = codeBlocks(text).find(({ language }) => language === "ts");
    const versions = [...frameworks, "@types/node"].map((name) => pinned(name));
    const folder = installedFolder(...versions, ...declarations);
    writeFileSync(join(folder, "example.mts"), example?.text ?? "");
    mustRun("node", ["example.mts"], folder);
    expect(compiled("example.mts", folder)).toBe("");
  },
);

test(
  "the other entries compile too, and a server of MCP's first SDK without the second",
  { timeout: 3 * minutes },
  () => {
    const names = ["@modelcontextprotocol/sdk", "@types/node"];
    const folder = installedFolder(...names.map((name) => pinned(name)));
    writeFileSync(
      join(folder, "main.mts"),
      `import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { guardServer } from "@scopeward/adapters/mcp";
import { createEnforcer } from "@scopeward/sdk/enforcer";
import { sqliteApprovals, terminalApprovals } from "@scopeward/approvals";
import { httpNormaliser, sqlNormaliser } from "@scopeward/normalisers";
import { planAdapterCases } from "@scopeward/adapters/conformance";
import { openScopeward } from "scopeward";
const { enforcer } = await openScopeward({ policies: "policies" });
export const server: McpServer = guardServer(new McpServer({ name: "a", version: "1" }), { enforcer });
export const parts = [createEnforcer, sqliteApprovals, terminalApprovals, httpNormaliser, sqlNormaliser, planAdapterCases];
`,
    );
    expect(compiled("main.mts", folder)).toBe("");
  },
);

function compiled(file: string, folder: string): string {
  const compiler = join(repositoryRoot, "node_modules/.bin/tsc");
  const target = ["--module", "nodenext", "--target", "es2024", "--types", "node"];
  return mustRun(
    compiler,
    ["--noEmit", "--strict", "--skipLibCheck", "false", ...target, file],
    folder,
  );
}

test("no tarball holds a test, a source map or a TypeScript source", () => {
  for (const tarball of tarballs()) {
    const names = mustRun("tar", ["-tzf", tarball], packs).trim().split("\n");
    expect(names).toContain("package/package.json");
    expect(
      names.filter((name) => /\.map$|(?<!\.d)\.ts$|_test\.rego$|\/test\//u.test(name)),
    ).toEqual([]);
  }
});
