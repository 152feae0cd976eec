import { RegoObject, type RegoValue } from "../../rego/value.ts";
import { isArray } from "../operands.ts";
import { SchemaError } from "./schema-error.ts";

// Their members are schemas, whatever they are called.
const namedSchemas = new Set(["properties", "dependencies", "patternProperties"]);
const data = new Set(["const", "enum"]);

/** Finds the schemas that `$ref` names within one document; nothing is ever fetched. */
export class SchemaReferences {
  readonly #documents = new Map<string, RegoValue>();

  constructor(root: RegoValue) {
    this.#collect(root, "", true);
  }

  /** The reference as seen from a schema whose base is `base`. */
  static resolve(reference: string, base: string): string {
    if (base === "") return reference;
    try {
      return new URL(reference, base).href;
    } catch {
      return reference.startsWith("#") ? base.replace(/#.*$/su, "") + reference : reference;
    }
  }

  /** The base inside of a schema: its id, seen from the base around it. */
  static baseOf(schema: RegoValue, base: string): string {
    if (!(schema instanceof RegoObject)) return base;
    const id = schema.get("id") ?? schema.get("$id");
    return typeof id === "string" ? SchemaReferences.resolve(id, base) : base;
  }

  /** @throws SchemaError if no schema of the document has the name. */
  find(reference: string): RegoValue {
    const named = this.#documents.get(reference);
    if (named !== undefined) return named;
    const [address = "", fragment = ""] = reference.split("#", 2);
    const document = this.#documents.get(address);
    if (document === undefined)
      throw new SchemaError(`remote reference loading disabled: ${reference}`);
    return pointed(document, fragment);
  }

  #collect(schema: RegoValue, base: string, isRoot: boolean): void {
    if (isArray(schema)) for (const item of schema) this.#collect(item, base, false);
    if (isRoot) this.#documents.set("", schema);
    if (!(schema instanceof RegoObject)) return;
    const own = SchemaReferences.baseOf(schema, base);
    if (own !== base) {
      const name = own.replace(/#$/u, "");
      if (this.#documents.has(name)) throw new SchemaError(`Reference already exists: "${own}"`);
      this.#documents.set(name, schema);
    }
    for (const [key, value] of schema.entries) {
      if (data.has(key as string)) continue;
      if (!namedSchemas.has(key as string)) this.#collect(value, own, false);
      else if (value instanceof RegoObject) {
        for (const [, member] of value.entries) this.#collect(member, own, false);
      }
    }
  }
}

// RFC 6901 in a fragment, so percent-encoded.
function pointed(document: RegoValue, fragment: string): RegoValue {
  let current: RegoValue = document;
  // What is no pointer stands for the document.
  if (!fragment.startsWith("/")) return document;
  for (const token of decoded(fragment).split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const next: RegoValue | undefined = memberAt(current, key);
    if (next === undefined) throw new SchemaError(`Object has no key '${key}'`);
    current = next;
  }
  return current;
}

function memberAt(value: RegoValue, key: string): RegoValue | undefined {
  if (value instanceof RegoObject) return value.get(key);
  return isArray(value) && /^\d{1,9}$/u.test(key) ? value[Number(key)] : undefined;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new SchemaError("malformed reference");
  }
}
