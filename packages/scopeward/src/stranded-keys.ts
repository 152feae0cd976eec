import type { Catalogue } from "@scopeward/core";
import type { Keys, LintFinding, LintRule } from "@scopeward/keys";

const rules: ReadonlySet<LintRule> = new Set(["covers_nothing", "scope_unknown"]);

/**
 * The keys that a change of the policies took something from. Keys are read only when the change
 * narrows: most edits touch a rule and no scope. A store that cannot be asked is no reason to keep
 * back that the policies were loaded: `keys lint` finds them later.
 */
export async function findStrandedKeys(
  keys: Keys,
  before: Catalogue,
  after: Catalogue,
): Promise<readonly LintFinding[]> {
  if (!isNarrower(before, after)) return [];
  try {
    return (await keys.lint()).filter(({ rule }) => rules.has(rule));
  } catch {
    return [];
  }
}

/** Whether a scope is gone, open to fewer, or requires more. */
function isNarrower(before: Catalogue, after: Catalogue): boolean {
  return Object.entries(before.scopes).some(([name, was]) => {
    const is = Object.hasOwn(after.scopes, name) ? after.scopes[name] : undefined;
    return (
      is === undefined ||
      was.audiences.some((audience) => !is.audiences.includes(audience)) ||
      is.requires.some((constraint) => !was.requires.includes(constraint))
    );
  });
}
