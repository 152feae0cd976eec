import { isAlias, isMap, isSeq, type Alias } from "yaml";
import { BuiltinError } from "../builtin-error.ts";

/** Nesting of YAML beyond this fails. */
export const maximumDepth = 1_000;

/**
 * The node that each alias of a document stands for: the last one before it with that anchor.
 * @throws BuiltinError if there is none, or the document is nested too deeply.
 */
export function aliasTargets(root: unknown): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  visit(root, 0);
  return targets;

  function visit(node: unknown, depth: number): void {
    if (depth > maximumDepth) throw new BuiltinError("yaml is nested too deeply");
    if (isAlias(node)) {
      if (!anchors.has(node.source)) throw new BuiltinError("unknown yaml anchor");
      targets.set(node, anchors.get(node.source));
      return;
    }
    const anchor = (node as { readonly anchor?: string } | null)?.anchor;
    if (anchor !== undefined) anchors.set(anchor, node);
    if (isSeq(node)) for (const item of node.items) visit(item, depth + 1);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      visit(key, depth + 1);
      visit(value, depth + 1);
    }
  }
}
