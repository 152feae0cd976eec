import type { JsonArray, JsonObject, JsonValue } from "@scopeward/core";
import { isJsonObject } from "@scopeward/core";
import { harmlessFunctions } from "./harmless-functions.ts";

/** A table as it is written: at most three names. */
export interface TableName {
  /** The schema, with its catalog before it where one is written; empty for none. */
  readonly database: string;
  readonly table: string;
}

/** What some statements read and write, or why that cannot be said. */
export type SqlReach =
  | {
      readonly kind: "known";
      readonly access: "read" | "write";
      readonly tables: readonly TableName[];
      readonly functions: ReadonlySet<string>;
    }
  | { readonly kind: "unknown"; readonly detail: string };

// Statements and clauses that change something, or keep others from changing it.
const writing: ReadonlySet<string> = new Set([
  ..."InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt".split(" "),
  ..."CreateTableAsStmt ViewStmt PrepareStmt LockingClause".split(" "),
]);

// All others have another way to name what they touch, or run what is not in the text.
const followed: ReadonlySet<string> = new Set([
  ...writing,
  ..."SelectStmt ExplainStmt CopyStmt".split(" "),
  ..."A_ArrayExpr A_Const A_Expr A_Indices A_Indirection A_Star BoolExpr BooleanTest".split(" "),
  ..."BitString Boolean CaseExpr CaseWhen CoalesceExpr CollateClause ColumnDef ColumnRef".split(
    " ",
  ),
  ..."CommonTableExpr DefElem Float FuncCall GroupingFunc GroupingSet IndexElem Integer".split(" "),
  ..."JoinExpr JsonAggConstructor JsonArgument JsonArrayAgg JsonArrayConstructor".split(" "),
  ..."JsonArrayQueryConstructor JsonFuncExpr JsonIsPredicate JsonKeyValue JsonObjectAgg".split(" "),
  ..."JsonObjectConstructor JsonOutput JsonParseExpr JsonScalarExpr JsonSerializeExpr".split(" "),
  ..."JsonTable JsonTableColumn JsonTablePathSpec JsonValueExpr List MergeSupportFunc".split(" "),
  ..."MergeWhenClause MinMaxExpr MultiAssignRef NamedArgExpr NullTest ParamRef".split(" "),
  ..."RangeFunction RangeSubselect RangeTableFunc RangeTableFuncCol RangeTableSample".split(" "),
  ..."RangeVar ResTarget ReturningOption RowExpr SQLValueFunction SetToDefault SortBy String".split(
    " ",
  ),
  ..."SubLink TypeCast TypeName WindowDef XmlExpr XmlSerialize".split(" "),
]);

// Behind TABLESAMPLE; others are functions that somebody made.
const samplingMethods: ReadonlySet<string> = new Set(["bernoulli", "system"]);
const foreignFunction = "the SQL calls a function that may reach elsewhere";

/** The names of common table expressions, the innermost first. */
interface Scope {
  readonly name: string;
  readonly outer: Scope | undefined;
}

/** Follows everything in PostgreSQL's parse tree of some statements. */
export function sqlReach(statements: readonly JsonObject[]): SqlReach {
  const walk = new Walk();
  for (const statement of statements) walk.visit(statement);
  const { unknown, access, functions } = walk;
  if (unknown !== undefined) return { kind: "unknown", detail: unknown };
  return { kind: "known", access, tables: walk.tables, functions };
}

class Walk {
  access: "read" | "write" = "read";
  unknown: string | undefined;
  readonly tables: TableName[] = [];
  readonly functions = new Set<string>();
  // Instead of recursion: how deep a tree is, who wrote the text decides.
  readonly #waiting: [JsonValue, Scope | undefined][] = [];

  visit(statement: JsonObject): void {
    this.#waiting.push([statement, undefined]);
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const [value, scope] = next;
      if (Array.isArray(value)) for (const each of value) this.#waiting.push([each, scope]);
      else if (isJsonObject(value)) this.#visitMembers(value, scope);
    }
  }

  // Nodes are `{"<Kind>": {…}}` where their kind is open, and the bare members where it is not. So
  // members are told by their names, which mean one thing each.
  #visitMembers(members: JsonObject, outer: Scope | undefined): void {
    const clause = members["withClause"];
    const scope = isJsonObject(clause) ? this.#enterWith(clause, outer) : outer;
    // A RangeVar without its kind is the target of a statement, which is always a table.
    if (typeof members["relname"] === "string") this.#addTable(members);
    for (const [name, value] of Object.entries(members)) {
      if (name === "withClause") continue;
      if (/^[A-Z]/u.test(name)) this.#visitNode(name, value, scope);
      else {
        this.#checkMember(name, value);
        this.#waiting.push([value, scope]);
      }
    }
  }

  #visitNode(kind: string, node: JsonValue, scope: Scope | undefined): void {
    if (!followed.has(kind)) this.#refuse("the SQL holds what is not followed");
    if (writing.has(kind)) this.access = "write";
    // The names behind FOR UPDATE OF are aliases of what FROM names.
    if (kind === "LockingClause") return;
    if (kind === "RangeVar" && isJsonObject(node)) {
      const { relname, schemaname, catalogname } = node;
      const isQualified = schemaname !== undefined || catalogname !== undefined;
      if (!isQualified && typeof relname === "string" && isInScope(relname, scope)) return;
    }
    this.#waiting.push([node, scope]);
  }

  #checkMember(name: string, value: JsonValue): void {
    switch (name) {
      case "intoClause":
      case "is_from":
        this.access = "write";
        break;
      case "is_program":
      case "filename":
        this.#refuse("the SQL reads or writes a file or a program");
        break;
      case "funcname":
        this.#addFunction(bareName(value));
        break;
      case "method":
        if (!samplingMethods.has(bareName(value) ?? "")) this.#refuse(foreignFunction);
        break;
      case "name":
      case "names":
      case "operName":
      case "useOp":
      case "collname":
        // Operators, types and collations may run functions of the schema that they are taken from.
        if (Array.isArray(value)) this.#requireBare(bareName(value));
        break;
      default:
    }
  }

  /** @returns the scope of the statement that the clause belongs to. */
  #enterWith(clause: JsonObject, outer: Scope | undefined): Scope | undefined {
    const tables = Array.isArray(clause["ctes"]) ? (clause["ctes"] as JsonArray) : [];
    let scope = outer;
    const scopes = tables.map((each) => {
      const before = scope;
      scope = { name: cteName(each), outer: scope };
      return before;
    });
    for (const [index, each] of tables.entries()) {
      // A later one sees those before it; with RECURSIVE each sees all, itself too.
      this.#waiting.push([each, clause["recursive"] === true ? scope : scopes[index]]);
    }
    return scope;
  }

  #addTable({ relname, schemaname, catalogname }: JsonObject): void {
    const names = [catalogname, schemaname, relname].filter((name) => typeof name === "string");
    // A dot inside of a quoted name would make one name look like two. Whether a letter outside of
    // ASCII is folded to lower case depends on the server, and many look like others.
    if (!names.every((name) => /^[\x20-\x2d\x2f-\x7e]+$/u.test(name))) {
      this.#refuse("the SQL names a table in a way that can be taken for another");
      return;
    }
    this.tables.push({ database: names.slice(0, -1).join("."), table: names.at(-1) ?? "" });
  }

  #addFunction(name: string | undefined): void {
    if (name === undefined || !harmlessFunctions.has(name)) {
      this.#refuse(foreignFunction);
    } else this.functions.add(name);
  }

  #requireBare(name: string | undefined): void {
    if (name === undefined)
      this.#refuse("the SQL uses an operator, a type or a collation of a schema");
  }

  #refuse(detail: string): void {
    this.unknown ??= detail;
  }
}

function isInScope(name: string, scope: Scope | undefined): boolean {
  for (let each = scope; each !== undefined; each = each.outer) if (each.name === name) return true;
  return false;
}

function cteName(node: JsonValue): string {
  const table = isJsonObject(node) ? node["CommonTableExpr"] : undefined;
  const name = isJsonObject(table) ? table["ctename"] : undefined;
  return typeof name === "string" ? name : "";
}

/** The last of some names where it is the only one or PostgreSQL's own; else undefined. */
function bareName(value: JsonValue): string | undefined {
  const names = Array.isArray(value) ? value.map(stringOf) : [];
  if (names.length === 2 && names[0] === "pg_catalog") names.shift();
  return names.length === 1 ? names[0] : undefined;
}

function stringOf(node: JsonValue): string | undefined {
  const held = isJsonObject(node) ? node["String"] : undefined;
  const text = isJsonObject(held) ? held["sval"] : undefined;
  return typeof text === "string" ? text : undefined;
}
