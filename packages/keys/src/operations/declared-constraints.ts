import type { Catalogue } from "@scopeward/core";

/**
 * The names of constraints that narrow something by themselves: `tool`, `model`, `cidr`, the types
 * of resources that tools declare, and what scopes require. Any other is there for rules that read it.
 */
export function declaredConstraints({ tools, scopes }: Catalogue): ReadonlySet<string> {
  const types = Object.values(tools).map(({ resource }) =>
    typeof resource === "object" ? resource.type : "tool",
  );
  const required = Object.values(scopes).flatMap(({ requires }) => requires);
  return new Set(["tool", "model", "cidr", ...types, ...required]);
}
