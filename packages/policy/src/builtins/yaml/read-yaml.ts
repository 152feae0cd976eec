import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Alias,
  type Document,
  type YAMLMap,
} from "yaml";
import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { BuiltinError } from "../builtin-error.ts";
import { exactInteger, integerNumber } from "../rego-number.ts";
import { checkElementCount } from "../result-bounds.ts";
import { aliasTargets, maximumDepth } from "./aliases.ts";
import { shortFloatText } from "../float-text.ts";
import { readPlainScalar, readTaggedScalar, type Scalar } from "./scalar.ts";

/** Longer texts, in UTF-16 units, fail: reading takes more than linear time. */
const maximumLength = 1 << 20;

// YAML 1.2, section 5.1; go-yaml leaves out U+0080 to U+009F but for NEL too.
const forbidden = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Reads the first document of a YAML text as JSON data, as OPA does: of equal keys the last one holds,
 * keys become texts, timestamps stay texts; an empty text is null.
 * @throws BuiltinError if a document is malformed, a value has no place in JSON, or the text is too
 *   long, too deep or expands too far.
 */
export function readYaml(text: string): RegoValue {
  if (text.length > maximumLength) throw new BuiltinError("yaml is too long");
  if (forbidden.test(text)) throw new BuiltinError("control characters are not allowed in yaml");
  const documents = parseDocuments(text);
  if (!documents.every(isWellFormed)) throw new BuiltinError("malformed yaml");
  const [targets] = documents.map(({ contents }) => aliasTargets(contents));
  if (targets === undefined) return null;
  const openEnd = /[\n\r]$/u.test(text) ? undefined : text.length;
  return new YamlReader(targets, openEnd).value(documents[0]!.contents, 0);
}

// As go-yaml, which knows no other directive and no other version.
function isWellFormed({ errors, warnings, directives }: Document): boolean {
  const { explicit, version } = directives?.yaml ?? {};
  return (
    errors.length === 0 &&
    !warnings.some(({ code }) => code === "BAD_DIRECTIVE") &&
    (explicit !== true || version === "1.1")
  );
}

function parseDocuments(text: string): readonly Document[] {
  try {
    // All scalars stay texts: what they stand for is decided here.
    const documents = parseAllDocuments(text, {
      schema: "failsafe",
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    return "empty" in documents ? [] : documents;
  } catch (cause) {
    throw new BuiltinError("malformed yaml", { cause });
  }
}

type Members = Map<string, RegoValue>;

class YamlReader {
  readonly #targets: ReadonlyMap<Alias, unknown>;
  readonly #openEnd: number | undefined;
  readonly #open = new Set<Alias>();
  #count = 0;

  /** `openEnd` is where the text ends, if it ends within a line. */
  constructor(targets: ReadonlyMap<Alias, unknown>, openEnd: number | undefined) {
    this.#targets = targets;
    this.#openEnd = openEnd;
  }

  value(node: unknown, depth: number): RegoValue {
    if (depth > maximumDepth) throw new BuiltinError("yaml is nested too deeply");
    // Aliases of aliases grow exponentially.
    checkElementCount(++this.#count);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#follow(node, (target) => this.value(target, depth + 1));
    if (isMap(node)) {
      const members: Members = new Map();
      this.#members(node, members, depth);
      return RegoObject.of(members);
    }
    if (isSeq(node)) return node.items.map((item) => this.value(item, depth + 1));
    const { value } = this.#scalar(node);
    if (typeof value !== "number") return value;
    if (!Number.isFinite(value)) throw new BuiltinError("yaml holds a number that json cannot");
    const integer = exactInteger(value);
    return integer === undefined ? value : integerNumber(integer);
  }

  // A merge key gives way to every other key, wherever it stands, and to merges before it.
  #members(map: YAMLMap, members: Members, depth: number): void {
    const own: Members = new Map();
    const merged: unknown[] = [];
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) merged.push(...(isSeq(value) ? value.items : [value]));
      else own.set(this.#key(key), this.value(value, depth + 1));
    }
    for (const [key, value] of own) if (!members.has(key)) members.set(key, value);
    for (const source of merged) this.#merge(source, members, depth + 1);
  }

  #merge(source: unknown, members: Members, depth: number): void {
    if (depth > maximumDepth) throw new BuiltinError("yaml is nested too deeply");
    if (isAlias(source)) {
      this.#follow(source, (target) => {
        if (isAlias(target)) throw mergeError();
        this.#merge(target, members, depth + 1);
      });
      return;
    }
    if (!isMap(source)) throw mergeError();
    this.#members(source, members, depth);
  }

  #key(node: unknown): string {
    const target = isAlias(node) ? this.#follow(node, (found) => found) : node;
    if (isMap(target) || isSeq(target)) throw new BuiltinError("a yaml key is no scalar");
    checkElementCount(++this.#count);
    const { kind, value } = target === null ? readPlainScalar("") : this.#scalar(target);
    if (kind === "null") throw new BuiltinError("a yaml key is null");
    return kind === "float" ? shortFloatText(value as number) : String(value);
  }

  #scalar(node: unknown): Scalar {
    if (!isScalar(node)) throw new BuiltinError("malformed yaml");
    const text = String(node.value);
    if (!text.isWellFormed()) throw new BuiltinError("yaml holds a lone surrogate");
    const { tag, type, range } = node;
    if (tag !== undefined && tag !== "!") return readTaggedScalar(shortTag(tag), text);
    if (type === "PLAIN") return readPlainScalar(text);
    // A literal text whose last line has no end does not get one.
    const isOpen = type?.startsWith("BLOCK") === true && range?.[1] === this.#openEnd;
    return { kind: "str", value: isOpen ? text.replace(/\n$/u, "") : text };
  }

  #follow<T>(alias: Alias, use: (target: unknown) => T): T {
    if (this.#open.has(alias)) throw new BuiltinError("a yaml anchor contains itself");
    this.#open.add(alias);
    const result = use(this.#targets.get(alias));
    this.#open.delete(alias);
    return result;
  }
}

function isMergeKey(node: unknown): boolean {
  return isScalar(node) && node.source === "<<" && node.type === "PLAIN";
}

function mergeError(): BuiltinError {
  return new BuiltinError("a yaml merge needs a mapping or a list of mappings");
}

const tagPrefix = "tag:yaml.org,2002:";

function shortTag(tag: string): string {
  return tag.startsWith(tagPrefix) ? `!!${tag.slice(tagPrefix.length)}` : tag;
}
