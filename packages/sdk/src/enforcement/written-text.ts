const maxLength = 256;
// The contract's token, cut short or whole: what looks like one is not written down.
const token = /sward_(?:int|ext|agt|mgt)_[0-9A-Za-z_]*/gu;

/** A text of a caller as it may be written down: bounded, and without anything that looks like a token. */
export function writtenText(text: string, length: number = maxLength): string {
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return short.replaceAll(token, "[token]").toWellFormed();
}
