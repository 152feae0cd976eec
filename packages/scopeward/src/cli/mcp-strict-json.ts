/** What a text is. */
export type StrictJson =
  | { readonly kind: "json"; readonly value: unknown }
  /** `syntax`: no JSON; `duplicate`: an object has a member twice; `depth`: it is nested too deep. */
  | { readonly kind: "refused"; readonly reason: "syntax" | "duplicate" | "depth" };

const maxDepth = 200;

/**
 * Parses JSON that means the same to every reader. Of two members with one name some readers take the
 * first and some the last: one would decide on what another does not do.
 */
export function parseStrictJson(text: string): StrictJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "refused", reason: "syntax" };
  }
  const reason = flawOf(text);
  return reason === undefined ? { kind: "json", value } : { kind: "refused", reason };
}

/** @param text - is JSON. */
function flawOf(text: string): "duplicate" | "depth" | undefined {
  // The names of each object around the place; undefined for an array.
  const around: (Set<string> | undefined)[] = [];
  let isName = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
      case "[":
        isName = text[at] === "{";
        around.push(isName ? new Set() : undefined);
        if (around.length > maxDepth) return "depth";
        break;
      case "}":
      case "]":
        around.pop();
        break;
      case ",":
        isName = around.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        const names = around.at(-1);
        if (isName && names !== undefined) {
          // Decoded: `"a"` and `"\u0061"` are one name.
          const name = JSON.parse(text.slice(at, end + 1)) as string;
          if (names.has(name)) return "duplicate";
          names.add(name);
          isName = false;
        }
        at = end;
        break;
      }
      default:
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
