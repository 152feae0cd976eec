import { InvalidInput } from "./invalid-input.ts";

/** Where a token may stand besides standard input; an argument never holds one. */
type Environment = Readonly<Record<string, string | undefined>>;

type Input = AsyncIterable<Buffer | string> & { readonly isTTY?: boolean };

// Far above what a token has; whatever is longer is none.
const mostCharacters = 4096;

/**
 * The token to verify or to act with: `SCOPEWARD_TOKEN` where it is set and not empty, else standard
 * input, without one line end.
 * @throws InvalidInput when there is neither.
 */
export async function readToken(
  environment: Environment = process.env,
  input: Input = process.stdin,
): Promise<string> {
  const given = environment["SCOPEWARD_TOKEN"];
  if (given !== undefined && given !== "") return withoutLineEnd(given);
  if (input.isTTY === true) {
    throw new InvalidInput(
      "there is no token: give it on standard input, as in `scopeward … < FILE`, or in SCOPEWARD_TOKEN",
    );
  }
  let text = "";
  for await (const chunk of input) {
    text += chunk.toString();
    if (text.length > mostCharacters) break;
  }
  return withoutLineEnd(text);
}

/**
 * The token of the management key to act with. Set and empty is a token, and a malformed one: a
 * secret that went missing must not give the authority of the process.
 */
export function managementToken(environment: Environment = process.env): string | undefined {
  const given = environment["SCOPEWARD_MANAGEMENT_TOKEN"];
  return given === undefined ? undefined : withoutLineEnd(given);
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/u, "");
}
