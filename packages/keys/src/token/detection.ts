import type { KeyKind } from "@scopeward/sdk";
import { parseToken, tokenLength } from "./token.ts";

/**
 * The regular expression that finds tokens, as text: for GitHub's secret scanning (a custom pattern
 * with its guards, without look-around, as Hyperscan wants it), gitleaks and other scanners. Group 1
 * is the token. A match is a token only when its checksum is right, which {@link findTokens} tests.
 */
export const tokenPattern: string =
  "(?:^|[^0-9A-Za-z])(sward_(?:int|ext|agt|mgt)_[0-9A-Za-z]{12}_[0-9A-Za-z]{49})(?:$|[^0-9A-Za-z])";

/** Of which key a token is, and where it stands; never the token. */
interface Found {
  /** Of the key; public. */
  readonly id: string;
  readonly kind: KeyKind;
  /** Line, from 1; `\n` ends one. */
  readonly row: number;
  /** UTF-16 code unit of the line, from 1; in a stream of bytes the byte. */
  readonly column: number;
}

/** A token in a text. */
export interface FoundToken extends Found {
  /** UTF-16 code unit of the text, from 0. */
  readonly index: number;
}

/** A token in a stream. */
export interface ScannedToken extends Found {
  /** Byte of the stream, from 0. */
  readonly offset: number;
}

const brand = "sward_";

/**
 * Finds tokens in a text, in linear time. Unlike {@link tokenPattern} it needs no guards, because the
 * checksum is tested: a token that letters stick to, such as another token, is found as well.
 */
export function findTokens(text: string): readonly FoundToken[] {
  return new TokenScanner().push(text).map(({ offset, ...token }) => ({ ...token, index: offset }));
}

/** Finds tokens in a text that comes in pieces, wherever those end. Holds one piece. */
export class TokenScanner {
  #text = "";
  /** Where `#text` begins, and the line in which it does. */
  #offset = 0;
  #row = 1;
  #lineStart = 0;

  /** The tokens that are complete with this piece. */
  push(piece: string): ScannedToken[] {
    const text = this.#text + piece;
    let newline = text.indexOf("\n");
    const passLinesBefore = (end: number): void => {
      for (; newline !== -1 && newline < end; newline = text.indexOf("\n", newline + 1)) {
        this.#row++;
        this.#lineStart = this.#offset + newline + 1;
      }
    };
    const found: ScannedToken[] = [];
    for (const { id, kind, index } of tokensIn(text)) {
      passLinesBefore(index);
      const offset = this.#offset + index;
      found.push({ id, kind, row: this.#row, column: offset - this.#lineStart + 1, offset });
    }
    // What is kept is shorter than a token: none is cut, and none is found twice.
    const kept = Math.max(0, text.length - tokenLength + 1);
    passLinesBefore(kept);
    this.#text = text.slice(kept);
    this.#offset += kept;
    return found;
  }
}

/** A text in which of each token only the public part is left. */
export function redactTokens(text: string): string {
  let redacted = "";
  let from = 0;
  for (const { id, kind, index } of tokensIn(text)) {
    // Tokens may overlap: what of this one is gone already stays gone.
    redacted += `${text.slice(from, index)}${brand}${kind}_${id}_[redacted]`;
    from = index + tokenLength;
  }
  return redacted + text.slice(from);
}

// Each place at which a token stands, in rising order.
function* tokensIn(text: string): Generator<{ id: string; kind: KeyKind; index: number }> {
  for (let index = text.indexOf(brand); index !== -1; index = text.indexOf(brand, index + 1)) {
    const token = parseToken(text.slice(index, index + tokenLength));
    if (token !== undefined) yield { id: token.id, kind: token.kind, index };
  }
}
