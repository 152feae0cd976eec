import type { JsonObject } from "@scopeward/core";
import type { Normalised, Normaliser, NormaliserTarget } from "@scopeward/sdk";
import { PostgresParser } from "./postgres-parser.ts";
import { type SqlReach, sqlReach, type TableName } from "./sql-reach.ts";

const statementMembers = ["query", "sql", "statement"] as const;
const systemSchemas = /^(?:pg_.*|information_schema)$/u;

/**
 * Reads what SQL for PostgreSQL touches, with PostgreSQL's own parser. The SQL is in exactly one of the
 * arguments `query`, `sql` and `statement`. Where the argument that is named like the type of the
 * resource holds a text, that is the id, and every table must be it or be qualified with it; otherwise
 * the id is the one schema that all tables are qualified with, or the one table (always the one table
 * for the type `table`). Facts: `{access, statements, tables, databases, functions}`.
 *
 * What cannot be read in full is underived: see the README for the list.
 */
export function sqlNormaliser(): Normaliser {
  const parser = new PostgresParser();
  return {
    name: "sql",
    ready: () => parser.load(),
    normalise: (args, target) => normalise(parser, args, target),
  };
}

function normalise(
  parser: PostgresParser,
  args: JsonObject,
  { type }: NormaliserTarget,
): Normalised {
  const present = statementMembers.filter((name) => Object.hasOwn(args, name));
  const [member] = present;
  if (member === undefined || present.length > 1) {
    return underived("takes its SQL in one of `query`, `sql` and `statement`");
  }
  const text = args[member];
  if (typeof text !== "string") return underived("takes its SQL as a text");
  const hasLabel = type !== member && Object.hasOwn(args, type);
  const label = hasLabel ? args[type] : undefined;
  if (hasLabel && (typeof label !== "string" || label === "")) {
    return underived(`takes its \`${type}\` as a text`);
  }
  const parsed = parser.parse(text);
  if (parsed.kind === "unparsed") return underived(parsed.detail);
  const reach = sqlReach(parsed.statements);
  if (reach.kind === "unknown") return underived(reach.detail);
  const id =
    typeof label === "string" ? labelOf(label, type, reach.tables) : idOf(type, reach.tables);
  if (typeof id !== "string") return id;
  return { kind: "resource", id, facts: factsOf(reach, parsed.statements.length) };
}

function labelOf(label: string, type: string, tables: readonly TableName[]): string | Normalised {
  const isWithin = (table: TableName) =>
    nameOf(table) === label || (type !== "table" && table.database === label);
  return tables.every(isWithin) ? label : underived(`reads outside of its \`${type}\``);
}

function idOf(type: string, tables: readonly TableName[]): string | Normalised {
  const names = new Set(tables.map(nameOf));
  const databases = new Set(tables.map(({ database }) => database));
  const [[name], [database]] = [names, databases];
  if (name === undefined || database === undefined) return underived("names no table");
  if (tables.some(isSystem)) return underived("reads the catalogues of the database");
  if (type !== "table" && database !== "") {
    return databases.size === 1 ? database : underived("reads more than one database");
  }
  return names.size === 1 ? name : underived("reads more than one table");
}

// PostgreSQL looks into `pg_catalog` first, so a name without a schema may be of it too.
function isSystem({ database, table }: TableName): boolean {
  return systemSchemas.test(database.split(".").at(-1) || table);
}

function factsOf(reach: Extract<SqlReach, { kind: "known" }>, statements: number): JsonObject {
  const databases = reach.tables.map(({ database }) => database).filter((name) => name !== "");
  return {
    access: reach.access,
    statements,
    tables: distinct(reach.tables.map(nameOf)),
    databases: distinct(databases),
    functions: distinct(reach.functions),
  };
}

function distinct(names: Iterable<string>): string[] {
  return [...new Set(names)].toSorted();
}

function nameOf({ database, table }: TableName): string {
  return database === "" ? table : `${database}.${table}`;
}

function underived(detail: string): Normalised {
  return { kind: "underived", detail };
}
