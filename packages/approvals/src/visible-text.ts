// Everything that is not seen as itself, or makes what stands beside it be seen elsewhere: control,
// format (bidi, zero-width, tags), line and paragraph separators, lone surrogates, private use and
// unassigned characters, fillers and selectors without a shape, and every blank but the space.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/**
 * A text on one line as a person can trust it: each character that a terminal would act on, or not
 * show, is written as `\u{…}`. For reading only: it is not told from a text that had these letters.
 */
export function visibleText(text: string): string {
  return text.replaceAll(
    unseen,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
}
