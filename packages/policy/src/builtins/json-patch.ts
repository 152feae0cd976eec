import { equalValues, RegoObject, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import { EditTree } from "./edit-tree.ts";
import { parseJsonPath } from "./json-path.ts";

/**
 * Applies RFC 6902 operations as OPA does: leading slashes are optional, paths may be arrays of keys of
 * any kind, and sets can be edited by element.
 * @throws BuiltinError for a malformed operation, a path that leads nowhere, a failed `test`, or a
 * patch that copies beyond its bound.
 */
export function applyJsonPatch(document: RegoValue, operations: readonly RegoValue[]): RegoValue {
  const tree = new EditTree(document);
  for (const operation of operations) {
    if (!(operation instanceof RegoObject)) {
      throw new BuiltinError("operand 2 must be an array of json patch objects");
    }
    apply(tree, operation);
  }
  return tree.render();
}

function apply(tree: EditTree, operation: RegoObject): void {
  const path = parseJsonPath(attribute(operation, "path"));
  const name = attribute(operation, "op");
  switch (name) {
    case "add":
      tree.insert(path, attribute(operation, "value"));
      return;
    case "remove":
      tree.remove(path);
      return;
    case "replace":
      tree.remove(path);
      tree.insert(path, attribute(operation, "value"));
      return;
    case "move": {
      const from = parseJsonPath(attribute(operation, "from"));
      const moved = tree.read(from);
      tree.remove(from);
      tree.insert(path, moved);
      return;
    }
    case "copy":
      tree.insert(path, tree.read(parseJsonPath(attribute(operation, "from"))));
      return;
    case "test":
      if (equalValues(tree.read(path), attribute(operation, "value"))) return;
      throw new BuiltinError("a tested value differs");
    default:
      throw new BuiltinError("unrecognized json patch operation");
  }
}

function attribute(operation: RegoObject, name: string): RegoValue {
  const value = operation.get(name);
  if (value === undefined) throw new BuiltinError(`missing required attribute \`${name}\``);
  return value;
}
