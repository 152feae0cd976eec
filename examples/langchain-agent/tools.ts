import { tool } from "langchain";
import type { DynamicStructuredTool } from "langchain";
import { z } from "zod";

/** A row of the dataset. */
interface Order {
  readonly region: string;
  readonly total: number;
  readonly email: string;
  readonly phone: string;
}

const orders: readonly Order[] = [
  { region: "north", total: 120, email: "ada@example.org", phone: "+44 20 7946 0001" },
  { region: "south", total: 80, email: "bob@example.org", phone: "+44 20 7946 0002" },
];

/** What the tools were run with, in order. */
export const runs: Readonly<Record<string, unknown>>[] = [];

const sqlQuery = tool(
  (args) => {
    runs.push({ tool: "sql_query", ...args });
    return { limit: args.limit ?? "none", rows: orders };
  },
  {
    name: "sql_query",
    description: "Runs a read-only query.",
    schema: z.object({ dataset: z.string(), query: z.string(), limit: z.number().optional() }),
  },
);

const refundOrder = tool(
  (args) => {
    runs.push({ tool: "refund_order", ...args });
    return "refunded";
  },
  {
    name: "refund_order",
    description: "Gives a customer their money back.",
    schema: z.object({ order: z.string(), amount: z.number() }),
  },
);

/** The tools of the agent. They know nothing of keys or policies. */
export const tools: readonly DynamicStructuredTool[] = [sqlQuery, refundOrder] as never;
