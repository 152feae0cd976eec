import { InvalidInput } from "./invalid-input.ts";

// Also what is cut short, mistyped or part of a longer text: most of a secret is a secret.
const tokenLike = /sward_[a-z]{3}_[0-9a-z]{8}/iu;

/**
 * Refuses tokens among the arguments, where other programs and the shell's history can read them,
 * before anything could repeat one in a message.
 * @throws InvalidInput
 */
export function refuseTokens(args: readonly string[]): void {
  if (!args.some((text) => tokenLike.test(text))) return;
  throw new InvalidInput(
    "a token stands among the arguments, where others can read it: give tokens on standard input or in SCOPEWARD_TOKEN, keys by their id, and replace this token with `scopeward keys rotate ID --overlap 0s`",
  );
}
