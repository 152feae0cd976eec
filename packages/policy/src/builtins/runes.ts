/** How many code points a text has; Go's strings count these, JavaScript's count UTF-16 units. */
export function runeCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    if (isPairAt(text, index)) {
      count -= 1;
      index += 1;
    }
  }
  return count;
}

/** The UTF-16 index of the code point numbered `rune`, or the text's length if it has fewer. */
export function unitIndex(text: string, rune: number): number {
  let index = 0;
  for (let passed = 0; passed < rune && index < text.length; passed++) {
    index += isPairAt(text, index) ? 2 : 1;
  }
  return index;
}

function isPairAt(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
