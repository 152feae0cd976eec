/**
 * A builtin could not answer for its arguments: a wrong type, a value it refuses, a result beyond
 * the bounds. It makes the decision a deny. The message names types and positions, never a value:
 * arguments are the caller's data.
 */
export class BuiltinError extends Error {
  override readonly name = "BuiltinError";
}
