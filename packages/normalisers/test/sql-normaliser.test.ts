import { setTimeout as wait } from "node:timers/promises";
import { fc, test } from "@fast-check/vitest";
import type { JsonObject } from "@scopeward/core";
import type { Normalised } from "@scopeward/sdk";
import { normaliserCases } from "@scopeward/sdk/conformance";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { sqlNormaliser } from "../src/index.ts";
import { hiddenTables, unreadable } from "./hidden-tables.ts";

const normaliser = sqlNormaliser();
beforeAll(async () => await normaliser.ready?.());

function read(args: JsonObject, type = "dataset"): Normalised {
  return normaliser.normalise(args, { tool: "sql_query", type });
}

function idOf(args: JsonObject, type?: string): string | undefined {
  const answer = read(args, type);
  return answer.kind === "resource" ? answer.id : undefined;
}

function factsOf(query: string, label: string): JsonObject | undefined {
  const answer = read({ query, dataset: label });
  return answer.kind === "resource" ? answer.facts : undefined;
}

/** A keyword as it may be written. */
function word(text: string): fc.Arbitrary<string> {
  return fc.constantFrom(text, text.toLowerCase(), text.slice(0, 1) + text.slice(1).toLowerCase());
}

describe("as a normaliser", () => {
  const target = { tool: "sql_query", type: "dataset" };
  it.each(normaliserCases)("$name", async ({ run }) => {
    const harness = {
      open: async () => sqlNormaliser(),
      known: [
        { args: { query: "SELECT * FROM sales.orders", limit: 5 }, target, id: "sales" },
        { args: { sql: "SELECT 1", dataset: "hr" }, target, id: "hr" },
      ],
      unknown: [
        { args: { query: "SELECT * FROM sales.orders, hr.payroll" }, target },
        { args: { query: "SELECT * FROM payroll", dataset: "sales_of_2026" }, target },
        { args: { query: "no statement at all" }, target },
      ],
    };
    await expect(run(harness)).resolves.toBeUndefined();
  });

  it("says nothing before it is ready", () => {
    const early = sqlNormaliser().normalise({ query: "TABLE a" }, { tool: "t", type: "dataset" });
    expect(early.kind).toBe("underived");
  });
});

describe("a table", () => {
  it.each(hiddenTables)("is found in %s", (query) => {
    const outside = { kind: "underived", detail: "reads outside of its `dataset`" };
    expect(read({ query, dataset: "sales" })).toEqual(outside);
    const harmless = query.replaceAll(/(?:hr\.)?p(?:a|.0061)yroll/giu, "sales");
    expect(idOf({ query: harmless, dataset: "sales" })).toBe("sales");
  });

  it.each(unreadable)("that may be in %j leaves the call underived", (query) => {
    expect(read({ query, dataset: "sales" }).kind).toBe("underived");
    expect(read({ query }).kind).toBe("underived");
  });

  it.each([
    "WITH payroll AS (SELECT * FROM sales) SELECT * FROM payroll",
    "WITH payroll AS (SELECT * FROM sales) SELECT * FROM sales WHERE a IN (TABLE payroll)",
    "WITH payroll AS (TABLE sales), b AS (TABLE payroll) SELECT * FROM b",
    "WITH payroll AS (TABLE sales) SELECT * FROM sales UNION TABLE payroll",
    "WITH payroll AS (TABLE sales) INSERT INTO sales TABLE payroll",
    "WITH RECURSIVE b AS (TABLE payroll), payroll AS (TABLE sales) TABLE b",
    "WITH RECURSIVE payroll AS (TABLE sales UNION ALL TABLE payroll) TABLE payroll",
    "SELECT * FROM sales payroll FOR UPDATE OF payroll",
    "SELECT payroll.a AS payroll FROM sales AS payroll",
    "SELECT ' FROM payroll ' FROM sales -- , payroll",
    "SELECT a FROM sales /* , payroll /* , payroll */ */",
  ])("is not taken for one in %s", (query) => {
    expect(factsOf(query, "sales")?.["tables"]).toEqual(["sales"]);
  });

  const gap = fc.constantFrom(" ", "\n", "\t ", " -- , payroll\n", "/* payroll */", "/*/**/*/ ");
  const spelt = fc.constantFrom("orders", "ORDERS", "Orders", '"orders"', 'U&"\\006frders"');

  test.prop([
    fc.array(gap, { minLength: 9, maxLength: 9 }),
    spelt,
    spelt,
    word("SELECT"),
    word("FROM"),
    word("WHERE"),
  ])("is the same however it is written", (gaps, table, again, select, from, where) => {
    const parts = [select, "a", from, "sales", ".", table, where, `a IN (${select} 1 ${from}`];
    const text = parts.map((part, index) => `${part}${gaps[index] ?? " "}`).join("");
    const query = `${text} sales.${again})${gaps[8] ?? ""}`;
    expect(read({ query })).toMatchObject({
      id: "sales",
      facts: { access: "read", statements: 1, tables: ["sales.orders"], databases: ["sales"] },
    });
  });

  const expression = fc.letrec<{ readonly text: string; readonly hiding: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("1", "a", "'payroll'", "$1"),
      fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} + ${b})`),
      tie("text").map((a) => `coalesce(${a}, 0)`),
    ),
    hiding: fc.oneof(
      { maxDepth: 6 },
      fc.constant("(SELECT pay FROM payroll)"),
      fc.tuple(tie("text"), tie("hiding")).map(([a, b]) => `(${a} * ${b})`),
      fc.tuple(tie("hiding"), tie("text")).map(([a, b]) => `greatest(${a}, ${b})`),
      tie("hiding").map((a) => `(CASE WHEN a = ${a} THEN 1 END)`),
      tie("hiding").map((a) => `(SELECT x FROM (SELECT ${a} AS x) y)`),
      tie("hiding").map((a) => `(WITH c AS (SELECT ${a} AS x) SELECT x FROM c)`),
      tie("hiding").map((a) => `(SELECT 1 FROM sales WHERE ${a} > 0 UNION SELECT 2)`),
    ),
  }));

  test.prop([expression.text, expression.hiding])(
    "is found however deep it is hidden",
    (plain, hiding) => {
      expect(idOf({ query: `SELECT ${plain} FROM sales`, dataset: "sales" })).toBe("sales");
      expect(idOf({ query: `SELECT ${hiding} FROM sales`, dataset: "sales" })).toBeUndefined();
    },
  );
});

describe("access", () => {
  it.each([
    "SELECT * FROM sales",
    "TABLE sales",
    "VALUES (1)",
    "EXPLAIN ANALYZE SELECT * FROM sales",
    "COPY sales TO STDOUT",
    "COPY (TABLE sales) TO STDOUT",
    "WITH a AS (TABLE sales) TABLE a",
    "SELECT 1; SELECT 2",
  ])("is read in %s", (query) => {
    expect(factsOf(query, "sales")?.["access"]).toBe("read");
  });

  it.each([
    "SELECT * FROM sales FOR UPDATE",
    "SELECT * FROM sales FOR KEY SHARE",
    "SELECT * FROM (SELECT * FROM sales FOR SHARE) a",
    "SELECT * INTO sales FROM sales",
    "INSERT INTO sales VALUES (1)",
    "UPDATE sales SET a = 1",
    "DELETE FROM sales",
    "MERGE INTO sales USING sales s ON true WHEN MATCHED THEN DELETE",
    "WITH a AS (DELETE FROM sales RETURNING *) TABLE a",
    "EXPLAIN DELETE FROM sales",
    "COPY sales FROM STDIN",
    "COPY (DELETE FROM sales RETURNING *) TO STDOUT",
    "TRUNCATE sales",
    "CREATE TABLE sales AS SELECT 1",
    "CREATE VIEW sales AS SELECT 1",
    "PREPARE a AS TABLE sales",
    "SELECT 1; DELETE FROM sales",
  ])("is write in %s", (query) => {
    expect(factsOf(query, "sales")?.["access"]).toBe("write");
  });
});

describe("the facts", () => {
  it("name all that was found, once and in order", () => {
    const query = "SELECT upper(a), pg_catalog.lower(a), upper(b) FROM s.z, s.a, s.z; TABLE s.m";
    expect(read({ query })).toEqual({
      kind: "resource",
      id: "s",
      facts: {
        access: "read",
        statements: 2,
        tables: ["s.a", "s.m", "s.z"],
        databases: ["s"],
        functions: ["lower", "upper"],
      },
    });
  });
});

describe("the id", () => {
  it.each<[string, JsonObject, string, string | undefined]>([
    ["the label", { query: "TABLE sales", dataset: "sales" }, "dataset", "sales"],
    ["the label of a schema", { query: "TABLE sales.a", dataset: "sales" }, "dataset", "sales"],
    ["the label, where no table is read", { query: "SELECT 1", dataset: "a" }, "dataset", "a"],
    ["no label of another case", { query: "TABLE Sales", dataset: "Sales" }, "dataset", undefined],
    ["a quoted label", { query: 'TABLE "Sales"', dataset: "Sales" }, "dataset", "Sales"],
    ["no prefix", { query: "TABLE sales_eu", dataset: "sales" }, "dataset", undefined],
    ["no catalogue", { query: "TABLE sales.hr.a", dataset: "sales" }, "dataset", undefined],
    ["a catalogue's schema", { query: "TABLE c.s.a", dataset: "c.s" }, "dataset", "c.s"],
    ["no schema of a table", { query: "TABLE sales.a", table: "sales" }, "table", undefined],
    ["a label that is a table", { query: "TABLE sales.a", table: "sales.a" }, "table", "sales.a"],
    ["no label that is empty", { query: "TABLE a", dataset: "" }, "dataset", undefined],
    ["no label that is a number", { query: "TABLE a", dataset: 1 }, "dataset", undefined],
    ["no label that is null", { query: "TABLE a", dataset: null }, "dataset", undefined],
    ["the one schema", { query: "SELECT * FROM s.a, s.b" }, "dataset", "s"],
    ["the one table", { query: "SELECT * FROM a, a b" }, "dataset", "a"],
    ["not one of two tables", { query: "SELECT * FROM a, b" }, "dataset", undefined],
    ["not one of two schemas", { query: "SELECT * FROM s.a, t.a" }, "dataset", undefined],
    ["no schema that some lack", { query: "SELECT * FROM s.a, a" }, "dataset", undefined],
    ["no table at all", { query: "SELECT 1" }, "dataset", undefined],
    ["no system table", { query: "TABLE pg_authid" }, "dataset", undefined],
    ["no system schema", { query: "TABLE pg_catalog.pg_authid" }, "dataset", undefined],
    ["no other one", { query: "TABLE information_schema.tables" }, "dataset", undefined],
    ["no system table beside", { query: "TABLE pg_class", dataset: "s" }, "dataset", undefined],
    [
      "a system table in words",
      { query: "TABLE pg_class", table: "pg_class" },
      "table",
      "pg_class",
    ],
    ["of `sql`", { sql: "TABLE a" }, "dataset", "a"],
    ["of `statement`", { statement: "TABLE a" }, "dataset", "a"],
    ["of a type called `query`", { query: "TABLE a" }, "query", "a"],
    ["not of two texts", { sql: "TABLE a", query: "TABLE a" }, "dataset", undefined],
    ["not of a text and null", { sql: "TABLE a", query: null }, "dataset", undefined],
    ["not of a list", { sql: ["TABLE a"] }, "dataset", undefined],
    ["not of another argument", { command: "TABLE a" }, "dataset", undefined],
    ["not of a type of every object", { sql: "TABLE a", toString: "a" }, "toString", "a"],
  ])("is %s", (_, args, type, id) => {
    expect(idOf(args, type)).toBe(id);
  });

  it("does not take a member of every object for a label", () => {
    expect(idOf({ sql: "TABLE a" }, "constructor")).toBe("a");
  });
});

describe("a parser whose stack overflowed", () => {
  it("is replaced by another one, so that nobody can wear it out", async () => {
    const query = `SELECT ${"1+".repeat(2_400)}1 FROM sales`;
    let overflows = 0;
    const attempt = (): void => {
      try {
        if (read({ query, dataset: "sales" }).kind === "underived") overflows++;
      } catch {
        // Not even this code had any stack left.
      }
    };
    // From the end of the stack back, some frames at a time.
    let frame = 0;
    const descend = (): void => {
      try {
        descend();
      } finally {
        frame++;
        if (frame % 100 === 0 && frame < 3_000) attempt();
      }
    };
    for (let round = 0; round < 40; round++) {
      frame = 0;
      expect(descend).toThrow(RangeError);
      // Nobody calls `ready` again: the first call afterwards has another one made.
      attempt();
      await wait(20);
    }
    await vi.waitUntil(() => idOf({ query, dataset: "sales" }) !== undefined);
    expect(overflows).toBeGreaterThan(40);
    expect(idOf({ query, dataset: "sales" })).toBe("sales");
  });
});

describe("a text that is large", () => {
  it.each<[string, string]>([
    ["long", `SELECT 1 FROM sales -- ${"x".repeat(102_400)}`],
    ["of many words", `SELECT ${"1,".repeat(3_000)} 1 FROM sales`],
    ["nested", `SELECT ${"(".repeat(101)}1${")".repeat(101)} FROM sales`],
    ["nested lists", `SELECT ${"ARRAY[".repeat(101)}1${"]".repeat(101)} FROM sales`],
    ["nested and not closed", `SELECT ${"(".repeat(50_000)}`],
    ["with operators before", `SELECT ${"@ ".repeat(20_000)}1 FROM sales`],
  ])("is underived when it is %s", (_, query) => {
    expect(read({ query, dataset: "sales" }).kind).toBe("underived");
  });

  it.each<[string, string]>([
    ["operators", `SELECT ${"1+".repeat(2_400)}1 FROM sales`],
    ["operators before", `SELECT ${"@ ".repeat(4_900)}1 FROM sales`],
    ["casts", `SELECT a${"::int".repeat(2_400)} FROM sales`],
    ["unions", `TABLE sales${" UNION TABLE sales".repeat(1_600)}`],
    ["joins", `SELECT * FROM sales${" JOIN sales ON true".repeat(1_200)}`],
    ["cases", `SELECT ${"CASE WHEN a THEN ".repeat(900)}1${" END".repeat(900)} FROM sales`],
    ["statements", "TABLE sales;".repeat(1_600)],
    ["sub-selects", `SELECT ${"(SELECT ".repeat(100)}1${")".repeat(100)} FROM sales`],
  ])("is read to its end when it is within the bounds: %s", (_, query) => {
    expect(idOf({ query, dataset: "sales" })).toBe("sales");
    expect(idOf({ query: `${query}; TABLE payroll`, dataset: "sales" })).toBeUndefined();
  });
});
