import type { JsonObject, JsonValue } from "@scopeward/core";

/** Bytes of a text that is parsed at most. */
const maxBytes = 102_400;
// The parser recurses, and a stack that overflows inside of it is lost to it for good: after some 30 of
// them it answers nothing any more. Within these bounds it stays far from the end of Node's stack.
const maxTokens = 5_000;
const maxNesting = 100;

/** A parse tree, or why there is none. */
export type ParsedSql =
  | {
      readonly kind: "parsed";
      /** Each statement, as a node of PostgreSQL's parse tree. */
      readonly statements: readonly JsonObject[];
    }
  | { readonly kind: "unparsed"; readonly detail: string };

// What the module calls its functions. The pointers are numbers into its memory.
interface Exports {
  readonly lengthBytesUTF8: (text: string) => number;
  readonly stringToUTF8: (text: string, pointer: number, bytes: number) => void;
  readonly UTF8ToString: (pointer: number) => string;
  readonly getValue: (pointer: number, type: "i32") => number;
  readonly _malloc: (bytes: number) => number;
  readonly _free: (pointer: number) => void;
  readonly _wasm_scan: (text: number) => number;
  readonly _wasm_free_string: (pointer: number) => void;
  readonly _wasm_parse_query_raw: (text: number) => number;
  readonly _wasm_free_parse_result: (pointer: number) => void;
}

async function openInstance() {
  // Only who has SQL to read pays for the parser.
  const { default: instantiate } = await import("libpg-query/wasm/libpg-query.js");
  const {
    _malloc: allocate,
    _free: free,
    _wasm_scan: scan,
    _wasm_free_string: freeString,
    _wasm_parse_query_raw: parse,
    _wasm_free_parse_result: freeResult,
    ...memory
  } = (await instantiate()) as Exports;
  return { ...memory, allocate, free, scan, freeString, parse, freeResult };
}

type Instance = Awaited<ReturnType<typeof openInstance>>;

/** PostgreSQL's own parser, as WebAssembly. */
export class PostgresParser {
  #instance: Instance | undefined;
  #loading: Promise<void> | undefined;

  /** Resolves once {@link parse} can be called. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Parses a text of one or more statements; never throws. */
  parse(text: string): ParsedSql {
    const instance = this.#instance;
    if (instance === undefined) {
      this.load().catch(() => undefined);
      return unparsed("the SQL parser is not loaded");
    }
    if (!text.isWellFormed() || text.includes("\0")) return unparsed("the SQL is no text");
    if (Buffer.byteLength(text) > maxBytes) return unparsed("the SQL is too long");
    // A comment to PostgreSQL; MySQL and MariaDB execute what is in it.
    if (/\/\*m?!/iu.test(text))
      return unparsed("the SQL has a comment that some databases execute");
    try {
      return withText(instance, text, (pointer) =>
        isBounded(tokensOf(instance, pointer), text)
          ? statementsOf(instance, pointer)
          : unparsed("the SQL is too large"),
      );
    } catch {
      // Whatever escapes from the instance leaves its stack where it was, so it is not used again.
      this.#instance = undefined;
      this.#loading = undefined;
      return unparsed("the SQL parser failed");
    }
  }

  async #load(): Promise<void> {
    try {
      this.#instance = await openInstance();
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }
}

function unparsed(detail: string): ParsedSql {
  return { kind: "unparsed", detail };
}

function withText<T>(instance: Instance, text: string, use: (pointer: number) => T): T {
  const bytes = instance.lengthBytesUTF8(text) + 1;
  const pointer = instance.allocate(bytes);
  instance.stringToUTF8(text, pointer, bytes);
  const used = use(pointer);
  instance.free(pointer);
  return used;
}

interface Token {
  readonly start: number;
  readonly end: number;
}

/** The lexer needs no stack, so it may see any text; undefined for what has no tokens. */
function tokensOf(instance: Instance, text: number): readonly Token[] | undefined {
  const result = instance.scan(text);
  const answer = instance.UTF8ToString(result);
  instance.freeString(result);
  if (!answer.startsWith("{")) return undefined;
  return (JSON.parse(answer) as { readonly tokens: readonly Token[] }).tokens;
}

// What cannot be scanned is left to the parser, which says the same.
function isBounded(tokens: readonly Token[] | undefined, text: string): boolean {
  if (tokens === undefined) return true;
  if (tokens.length > maxTokens) return false;
  const bytes = Buffer.from(text);
  let depth = 0;
  for (const { start, end } of tokens) {
    if (end - start !== 1) continue;
    const character = String.fromCodePoint(bytes[start] ?? 0);
    if ("([".includes(character)) depth++;
    if (")]".includes(character)) depth--;
    if (depth > maxNesting) return false;
  }
  return true;
}

function statementsOf(instance: Instance, text: number): ParsedSql {
  const result = instance.parse(text);
  if (result === 0) throw new RangeError("no memory to parse in");
  const [tree, error] = [instance.getValue(result, "i32"), instance.getValue(result + 8, "i32")];
  const json = error === 0 ? instance.UTF8ToString(tree) : undefined;
  instance.freeResult(result);
  if (json === undefined) return unparsed("the SQL is none that PostgreSQL parses");
  const { stmts = [] } = JSON.parse(json) as { readonly stmts?: readonly JsonObject[] };
  const statements = stmts.flatMap(({ stmt }) => (isNode(stmt) ? [stmt] : []));
  if (statements.length === 0 || statements.length !== stmts.length) {
    return unparsed("the SQL holds no statement");
  }
  return { kind: "parsed", statements };
}

function isNode(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
