const digit = /^\p{Nd}$/u;
const letter = /^\p{L}$/u;

/** The order of a mapping's keys in what go-yaml writes: numbers inside of texts count as numbers. */
export function compareKeys(first: string, second: string): number {
  const a = Array.from(first);
  const b = Array.from(second);
  let afterDigit = false;
  for (let at = 0; at < a.length && at < b.length; at++) {
    const x = a[at]!;
    const y = b[at]!;
    if (x === y) {
      afterDigit = digit.test(x);
      continue;
    }
    const xIsLetter = letter.test(x);
    const yIsLetter = letter.test(y);
    if (xIsLetter && yIsLetter) return compareCodePoints(x, y);
    if (xIsLetter || yIsLetter) return xIsLetter === afterDigit ? -1 : 1;
    return compareRuns(a, b, at);
  }
  return a.length - b.length;
}

function compareRuns(a: readonly string[], b: readonly string[], at: number): number {
  const leading = a[at] === "0" || b[at] === "0" ? significantBefore(a, at) : "";
  const x = digitsFrom(a, at);
  const y = digitsFrom(b, at);
  const difference = numberOf(leading, x) - numberOf(leading, y);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return x.length - y.length || compareCodePoints(a[at]!, b[at]!);
}

// A zero that follows another digit than zero counts as a digit, not as padding.
function significantBefore(characters: readonly string[], at: number): string {
  for (let before = at - 1; before >= 0 && digit.test(characters[before]!); before--) {
    if (characters[before] !== "0") return "1";
  }
  return "";
}

function digitsFrom(characters: readonly string[], at: number): readonly string[] {
  const end = characters.findIndex((character, index) => index >= at && !digit.test(character));
  return characters.slice(at, end === -1 ? undefined : end);
}

// Go's 64 bits overflow, and a digit counts by its distance from `0`.
function numberOf(leading: string, digits: readonly string[]): bigint {
  let value = leading === "" ? 0n : 1n;
  for (const character of digits) {
    value = BigInt.asIntN(64, value * 10n + BigInt(character.codePointAt(0)! - 0x30));
  }
  return value;
}

function compareCodePoints(a: string, b: string): number {
  return a.codePointAt(0)! - b.codePointAt(0)!;
}
