// What stands between `\Q` and `\E` is literal; every other escape is skipped as a whole.
const escapes =
  /\\(?:Q[\s\S]*?(?:\\E|$)|[pP](?:\{(?<negation>\^?)(?<name>[^}]*)\}|(?<letter>[a-z]))|[\s\S])/gu;

/**
 * A pattern with the names of its Unicode classes written as the regex engine knows them. Go reads
 * `\p{lowercase-letter}`, `\p{latin}` and `\pl` too: case, spaces, `_` and `-` do not count.
 */
export function canonicalUnicodeClasses(pattern: string): string {
  return pattern.replaceAll(escapes, (escape: string, ...rest) => {
    const { negation = "", name, letter } = rest.at(-1) as Record<string, string | undefined>;
    const named = name ?? letter;
    return named === undefined
      ? escape
      : `${escape.slice(0, 2)}{${negation}${canonicalName(named)}}`;
  });
}

function canonicalName(name: string): string {
  const bare = name.replaceAll(/[_ -]/gu, "");
  const lower = bare.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase());
  const canonical = lower.replace(/^[a-z]/u, (letter) => letter.toUpperCase());
  return categoryOfName.get(canonical) ?? canonical;
}

const categoryOfName: ReadonlyMap<string, string> = new Map([
  ["Casedletter", "LC"],
  ["Closepunctuation", "Pe"],
  ["Cntrl", "Cc"],
  ["Combiningmark", "M"],
  ["Connectorpunctuation", "Pc"],
  ["Control", "Cc"],
  ["Currencysymbol", "Sc"],
  ["Dashpunctuation", "Pd"],
  ["Decimalnumber", "Nd"],
  ["Digit", "Nd"],
  ["Enclosingmark", "Me"],
  ["Finalpunctuation", "Pf"],
  ["Format", "Cf"],
  ["Initialpunctuation", "Pi"],
  ["Letter", "L"],
  ["Letternumber", "Nl"],
  ["Lineseparator", "Zl"],
  ["Lowercaseletter", "Ll"],
  ["Mark", "M"],
  ["Mathsymbol", "Sm"],
  ["Modifierletter", "Lm"],
  ["Modifiersymbol", "Sk"],
  ["Nonspacingmark", "Mn"],
  ["Number", "N"],
  ["Openpunctuation", "Ps"],
  ["Other", "C"],
  ["Otherletter", "Lo"],
  ["Othernumber", "No"],
  ["Otherpunctuation", "Po"],
  ["Othersymbol", "So"],
  ["Paragraphseparator", "Zp"],
  ["Privateuse", "Co"],
  ["Punct", "P"],
  ["Punctuation", "P"],
  ["Separator", "Z"],
  ["Spaceseparator", "Zs"],
  ["Spacingmark", "Mc"],
  ["Surrogate", "Cs"],
  ["Symbol", "S"],
  ["Titlecaseletter", "Lt"],
  ["Unassigned", "Cn"],
  ["Uppercaseletter", "Lu"],
]);
