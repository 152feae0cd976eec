import type { Party } from "@scopeward/core";

const type = "[a-z][a-z0-9_-]{0,31}";
// White space, control characters, invisible and direction-changing ones, lone surrogates, and `*`
// have no place in an id: it is shown to people and compared with patterns. The ranges are written
// out, because a class such as \p{Cf} differs between versions of Node: those of the property
// Default_Ignorable_Code_Point, the marks of annotations and notes, and the blank of Braille.
const invisible =
  "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f" +
  "\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}";
const idCharacter = `[^\\s\\p{Cc}\\p{Cs}${invisible}*]`;
const ownerPattern = new RegExp(`^(${type}):(${idCharacter}{1,256})$`, "u");
const anyOfType = new RegExp(`^${type}:\\*$`, "u");

/**
 * Reads the owner of a key: `user:ada`, `service:billing`. The type is `[a-z][a-z0-9_-]{0,31}`, the
 * id 1 to 256 characters without white space, control characters and `*`.
 * @returns undefined for what is no owner.
 */
export function parseOwner(text: string): Party | undefined {
  const match = ownerPattern.exec(text);
  return match === null ? undefined : { type: match[1]!, id: match[2]! };
}

/** Whether a text is the owner of a key. */
export function isOwner(text: string): boolean {
  return ownerPattern.test(text);
}

/** Whether a text names owners: one, all of a type (`user:*`), or all (`*`). */
export function isOwnerPattern(text: string): boolean {
  return text === "*" || anyOfType.test(text) || isOwner(text);
}

/** Whether a pattern names this owner. False when either is malformed. */
export function ownerMatches(pattern: string, owner: string): boolean {
  if (!isOwner(owner) || !isOwnerPattern(pattern)) return false;
  return (
    pattern === "*" ||
    pattern === owner ||
    (pattern.endsWith(":*") && owner.startsWith(pattern.slice(0, -1)))
  );
}
