const maxLength = 256;
// The contract's token, cut short or whole: what looks like one is not written down.
const token = /sward_(?:int|ext|agt|mgt)_[0-9A-Za-z_]*/gu;

/** A text of a caller as it may be written down: bounded, and without anything that looks like a token. */
export function writtenText(text: string, length: number = maxLength): string {
  // Nearly every text: nothing to shorten, to hide or to mend.
  if (text.length <= length && !text.includes("sward_") && text.isWellFormed()) return text;
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return withoutTokens(short).toWellFormed();
}

/** A text with `[token]` in the place of everything that looks like one. */
export function withoutTokens(text: string): string {
  return text.replaceAll(token, "[token]");
}

/** The first of some texts, each as {@link writtenText} writes it, that together fit into `maxBytes` as JSON. */
export function writtenTexts(texts: readonly string[], maxBytes: number): readonly string[] {
  if (texts.length === 0) return texts;
  const written: string[] = [];
  let left = maxBytes;
  for (const text of texts) {
    const short = writtenText(text);
    left -= Buffer.byteLength(JSON.stringify(short)) + 1;
    if (left < 0) break;
    written.push(short);
  }
  return written;
}
