// A company's own MCP server, guarded, and clients of it with different keys: over standard input and
// output, and over HTTP. Every claim that is printed is checked; the process ends with 1 when one does
// not hold.
import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Client,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { createMcpHandler } from "@modelcontextprotocol/server";
import type { AuthInfo } from "@modelcontextprotocol/server";
import { openScopeward } from "scopeward";
import type { IssueRequest, Secret, Ward } from "scopeward";
import { companyServer } from "./company-server.ts";

const folder = await mkdtemp(join(tmpdir(), "scopeward-mcp-server-"));
const policies = join(folder, "policies");
const options = {
  policies,
  state: join(folder, "state"),
  keys: { pepperFile: join(folder, "secrets", "pepper.json") },
};
try {
  await cp(fileURLToPath(new URL("../../policies", import.meta.url)), policies, {
    recursive: true,
  });
  const keys = await issueKeys();
  await overStdio(keys);
  await overHttp(keys);
} finally {
  await rm(folder, { recursive: true, force: true });
}

interface Keys {
  /** Reads the dataset `sales`, inside. */
  readonly ada: Secret;
  /** The same for a partner outside. */
  readonly partner: Secret;
}

async function issueKeys(): Promise<Keys> {
  const scopes = { scopes: ["data-retrieval:read"], constraints: { dataset: ["sales"] } };
  const ward = await openScopeward(options);
  try {
    return {
      ada: await issue(ward, { owner: "user:ada", audience: "internal", ...scopes }),
      partner: await issue(ward, { owner: "service:partner", audience: "external", ...scopes }),
    };
  } finally {
    await ward.close();
  }
}

async function issue(ward: Ward, request: IssueRequest): Promise<Secret> {
  const issued = await ward.keys.issue(request);
  assert(issued.kind === "issued", JSON.stringify(issued));
  return issued.token;
}

async function overStdio({ ada }: Keys): Promise<void> {
  console.log("Over standard input and output, as user:ada:");
  const client = new Client({ name: "desktop", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [fileURLToPath(new URL("stdio-server.ts", import.meta.url))],
      env: { COMPANY_OPTIONS: JSON.stringify(options), SCOPEWARD_TOKEN: ada.reveal() },
      stderr: "inherit",
    }),
  );
  try {
    await tellList(client, ["sql_query", "list_datasets"]);
    await query(client, "sales", "carol@example.com");
    await query(client, "payroll", "key:constraint");
    // There is no HTTP to challenge over: the model reads it.
    await call(client, "refund_order", { order: "O-1", amount: 20 }, "scope:missing");
    assert.deepEqual((await client.listResources()).resources, []);
    await assert.rejects(client.readResource({ uri: "company://handbook" }), /scope:unknown/u);
    console.log("  resources                  none, and none is read");
  } finally {
    await client.close();
  }
}

async function overHttp({ ada, partner }: Keys): Promise<void> {
  const ward = await openScopeward(options);
  const handler = createMcpHandler(() => companyServer({ enforcer: ward.enforcer }));
  const serve = toNodeHandler(handler);
  const server = createServer((request: AuthenticatedRequest, response) => {
    const token = bearerToken(request);
    if (token === undefined) {
      response.writeHead(401, { "www-authenticate": "Bearer" }).end();
      return;
    }
    // The guard verifies the token, for every request and at this address.
    const address = request.socket.remoteAddress;
    request.auth = { token, clientId: "bearer", scopes: [], extra: { address } };
    void serve(request as Parameters<typeof serve>[0], response);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/mcp`);
  try {
    console.log("\nOver HTTP, as user:ada:");
    await asClient(url, ada, async (client) => {
      await tellList(client, ["sql_query", "list_datasets"]);
      await query(client, "sales", "carol@example.com");
      const refund = client.callTool({
        name: "refund_order",
        arguments: { order: "O-1", amount: 1 },
      });
      const error = await refund.catch((reason: unknown) => reason);
      assert(error instanceof InsufficientScopeError, String(error));
      assert.equal(error.requiredScope, "internal-chatbot");
      console.log(`  refund_order               403, ask for the scope ${error.requiredScope}`);
    });
    console.log("\nOver HTTP, as service:partner, outside of the company:");
    await asClient(url, partner, async (client) => {
      const text = await query(client, "sales", "C-1");
      assert(!text.includes("carol@example.com"), "no address leaves the company");
      console.log("  ... without the field `email`, in text and structured content");
    });
    await ward.keys.revoke(await keyIdOf(ward, partner), { reason: "the contract has ended" });
    await asClient(url, partner, async (client) => {
      await query(client, "sales", "key:revoked");
      await assert.rejects(client.listTools(), /key:revoked/u);
    });
  } finally {
    await handler.close();
    server.closeAllConnections();
    server.close();
    await ward.close();
  }
}

type AuthenticatedRequest = IncomingMessage & { auth?: AuthInfo };

function bearerToken({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/u.exec(headers.authorization ?? "")?.[1];
}

async function keyIdOf(ward: Ward, token: Secret): Promise<string> {
  const verification = await ward.keys.verify(token);
  assert(verification.outcome === "verified");
  return verification.principal.key.id;
}

async function asClient(
  url: URL,
  token: Secret,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client(
    { name: "agent", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  const headers = { authorization: `Bearer ${token.reveal()}` };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

async function tellList(client: Client, expected: readonly string[]): Promise<void> {
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  assert.deepEqual(names, expected);
  console.log(`  is offered                 ${names.join(", ")}`);
}

async function query(client: Client, dataset: string, expected: string): Promise<string> {
  return await call(client, "sql_query", { dataset, query: "select * from customers" }, expected);
}

/** Calls a tool as a model would; the answer holds what is expected. */
async function call(
  client: Client,
  name: string,
  args: Readonly<Record<string, unknown>>,
  expected: string,
): Promise<string> {
  const result = await client.callTool({ name, arguments: args });
  const text = JSON.stringify(result);
  assert(text.includes(expected), text);
  const isDenied = result.isError === true;
  assert.equal(isDenied, expected.includes(":"));
  // The policy wrote the limit in, and the tool was given it.
  if (!isDenied && name === "sql_query") assert(text.includes('"limit":1000'), text);
  const called = [name, args["dataset"]].join(" ").trim();
  console.log(`  ${called.padEnd(26)} ${isDenied ? `denied: ${expected}` : "allowed"}`);
  return text;
}
