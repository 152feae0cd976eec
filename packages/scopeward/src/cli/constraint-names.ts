import type { Catalogue } from "@scopeward/core";
import { declaredConstraints } from "@scopeward/keys";
import type { Constraints } from "@scopeward/keys";
import { printable } from "./formats/pretty.ts";
import type { Output } from "./output.ts";

/**
 * Says of each constraint that no policy declares that it may narrow nothing. It is no error: a rule
 * of a policy may read a constraint of any name.
 */
export function noteUnknownConstraints(
  constraints: Constraints | undefined,
  catalogue: Catalogue | undefined,
  output: Output,
): void {
  if (constraints === undefined || catalogue === undefined) return;
  const known = declaredConstraints(catalogue);
  for (const name of Object.keys(constraints)) {
    if (known.has(name)) continue;
    const names = [...known].toSorted().join(", ");
    output.note(
      `${output.noteColors.yellow("warning")}: ${printable(`no policy declares the constraint \`${name}\``)}, so it narrows nothing unless a rule reads it: declared are ${names}`,
    );
  }
}
