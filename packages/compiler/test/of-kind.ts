/**
 * A result as the kind that the test goes on with.
 * @throws Error that shows it when it is of another kind.
 */
export function ofKind<R extends { readonly kind: string }, K extends R["kind"]>(
  result: R,
  kind: K,
): Extract<R, { readonly kind: K }> {
  if (result.kind !== kind) throw new Error(`not \`${kind}\`: ${JSON.stringify(result)}`);
  return result as Extract<R, { readonly kind: K }>;
}
