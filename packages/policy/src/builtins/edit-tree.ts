import { equalValues, RegoObject, RegoSet, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { JsonPath } from "./json-path.ts";
import { isArray } from "./operands.ts";
import { identity } from "./value-identity.ts";

/** Values copied, compared or opened by one patch before it fails: copies of copies double. */
const maximumWork = 2_000_000;

type Member = { readonly key: RegoValue; value: Node };
type Opened = Node[] | { readonly kind: "object" | "set"; readonly members: Map<string, Member> };
/** A value nobody has edited is kept as it is; one on the way to an edit is opened. */
type Node = { opened: Opened } | { closed: RegoValue };

/** A document under edit by `json.patch`: opened only along the paths that are touched. */
export class EditTree {
  #root: Node | undefined;
  #work = 0;

  constructor(document: RegoValue) {
    this.#root = { closed: document };
  }

  /** The document now. @throws BuiltinError if its root has been removed. */
  render(): RegoValue {
    if (this.#root === undefined) throw new BuiltinError("the document has been removed");
    return this.#render(this.#root);
  }

  /** The value at a path. @throws BuiltinError if there is none, or the patch copies too much. */
  read(path: JsonPath): RegoValue {
    const value = this.#render(this.#find(path));
    this.#spend(sizeOf(value));
    return value;
  }

  /** Adds a value; the key must be free in arrays only in the sense that what follows moves on. */
  insert(path: JsonPath, value: RegoValue): void {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = { closed: value };
      return;
    }
    const parent = this.#open(this.#find(path.slice(0, -1)));
    if (Array.isArray(parent)) {
      const index = indexOf(last, parent.length);
      if (index > parent.length) throw new BuiltinError("array index out of bounds");
      parent.splice(index, 0, { closed: value });
      return;
    }
    if (parent.kind === "set" && !equalValues(last, value)) {
      throw new BuiltinError("the last path segment must be the element added to a set");
    }
    parent.members.set(identity(last), { key: last, value: { closed: value } });
  }

  /** Removes what is at a path. @throws BuiltinError if there is nothing. */
  remove(path: JsonPath): void {
    const last = path.at(-1);
    if (last === undefined) {
      this.#find([]);
      this.#root = undefined;
      return;
    }
    const parent = this.#open(this.#find(path.slice(0, -1)));
    if (Array.isArray(parent)) {
      const index = indexOf(last, parent.length);
      if (index >= parent.length) throw new BuiltinError("array index out of bounds");
      parent.splice(index, 1);
      return;
    }
    if (!this.#settled(parent).delete(identity(last)))
      throw new BuiltinError("no value at the path");
  }

  #find(path: JsonPath): Node {
    let node = this.#root;
    if (node === undefined) throw new BuiltinError("the document has been removed");
    for (const key of path) {
      const opened = this.#open(node);
      node = Array.isArray(opened)
        ? opened[indexOf(key, opened.length)]
        : this.#settled(opened).get(identity(key))?.value;
      if (node === undefined) throw new BuiltinError("no value at the path");
    }
    return node;
  }

  #open(node: Node): Opened {
    if ("opened" in node) return node.opened;
    const opened = open(node.closed);
    this.#spend(Array.isArray(opened) ? opened.length : opened.members.size);
    const target = node as { opened?: Opened; closed?: RegoValue };
    delete target.closed;
    target.opened = opened;
    return opened;
  }

  // An element of a set that was edited is another element: its key has to follow.
  #settled(opened: Exclude<Opened, Node[]>): Map<string, Member> {
    if (opened.kind === "set") {
      for (const [id, { value }] of opened.members) {
        if (!("opened" in value)) continue;
        const element = this.#render(value);
        opened.members.delete(id);
        opened.members.set(identity(element), { key: element, value });
        this.#spend(sizeOf(element));
      }
    }
    return opened.members;
  }

  #render(node: Node): RegoValue {
    if ("closed" in node) return node.closed;
    const { opened } = node;
    this.#spend(Array.isArray(opened) ? opened.length : opened.members.size);
    if (Array.isArray(opened)) return opened.map((element) => this.#render(element));
    const members = [...opened.members.values()];
    return opened.kind === "set"
      ? RegoSet.of(members.map(({ value }) => this.#render(value)))
      : RegoObject.of(members.map(({ key, value }) => [key, this.#render(value)] as const));
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > maximumWork) throw new BuiltinError("the patch copies too much");
  }
}

function open(value: RegoValue): Opened {
  if (isArray(value)) return value.map((element) => ({ closed: element }));
  if (value instanceof RegoSet) {
    const members = value.items.map(
      (item) => [identity(item), { key: item, value: { closed: item } }] as const,
    );
    return { kind: "set", members: new Map(members) };
  }
  if (value instanceof RegoObject) {
    const members = value.entries.map(
      ([key, member]) => [identity(key), { key, value: { closed: member } }] as const,
    );
    return { kind: "object", members: new Map(members) };
  }
  throw new BuiltinError("expected a composite value on the path");
}

// RFC 6901: no sign, no leading zero; `-` is the place after the last element.
function indexOf(key: RegoValue, length: number): number {
  if (typeof key === "number" && Number.isInteger(key) && key >= 0) return key;
  if (key === "-") return length;
  if (typeof key === "string" && /^(?:0|[1-9][0-9]*)$/.test(key)) return Number(key);
  throw new BuiltinError("invalid array index in the path");
}

const sizes = new WeakMap<object, number>();

/** How many values a value holds, itself included. */
function sizeOf(value: RegoValue): number {
  if (typeof value !== "object" || value === null) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const parts = isArray(value)
    ? value
    : value instanceof RegoSet
      ? value.items
      : value.entries.map(([, member]) => member);
  const size = parts.reduce<number>((sum, part) => sum + sizeOf(part), 1);
  sizes.set(value, size);
  return size;
}
