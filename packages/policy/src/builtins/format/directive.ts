/** Flags, width and precision of one directive, as in `%+08.3f`. */
export interface Directive {
  readonly verb: string;
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** Values as Go source, which `%#v` asks for. */
  readonly goSyntax: boolean;
  /** In code points. */
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** The text filled up to the directive's width, with spaces or, before it, with zeros. */
export function padded(text: string, length: number, directive: Directive): string {
  const missing = (directive.width ?? 0) - length;
  if (missing <= 0) return text;
  if (directive.minus) return text + " ".repeat(missing);
  return (directive.zero ? "0" : " ").repeat(missing) + text;
}

/** The sign that a directive wants before a number that is, or is not, negative. */
export function signOf(negative: boolean, directive: Directive): "-" | "+" | " " | "" {
  if (negative) return "-";
  if (directive.plus) return "+";
  return directive.space ? " " : "";
}
