// The company's own MCP server. One line guards it; the tools know nothing of keys or policies.
import { McpServer } from "@modelcontextprotocol/server";
import { guardServer } from "@scopeward/adapters/mcp";
import type { GuardServerOptions } from "@scopeward/adapters/mcp";
import { z } from "zod";

/** A new server, as every connection and every HTTP request has one of its own. */
export function companyServer(options: GuardServerOptions): McpServer {
  const server = guardServer(new McpServer({ name: "company", version: "1.0.0" }), options);
  server.registerTool(
    "sql_query",
    {
      description: "Run a read-only query",
      inputSchema: z.object({
        dataset: z.string(),
        query: z.string(),
        limit: z.number().optional(),
      }),
      outputSchema: z.object({
        rows: z.array(z.object({ customer: z.string(), email: z.string().optional() })),
        limit: z.number(),
      }),
    },
    ({ limit = 0 }) => {
      const rows = [{ customer: "C-1", email: "carol@example.com" }];
      const result = { rows, limit };
      return {
        content: [{ type: "text", text: JSON.stringify(result) }],
        structuredContent: result,
      };
    },
  );
  server.registerTool("list_datasets", { description: "List the datasets" }, () => ({
    content: [{ type: "text", text: "sales, payroll" }],
  }));
  server.registerTool(
    "refund_order",
    {
      description: "Refund an order",
      inputSchema: z.object({ order: z.string(), amount: z.number() }),
    },
    ({ order }) => ({ content: [{ type: "text", text: `refunded ${order}` }] }),
  );
  server.registerResource("handbook", "company://handbook", {}, (uri) => ({
    contents: [{ uri: uri.href, text: "for staff only" }],
  }));
  return server;
}
