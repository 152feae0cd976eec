/** One fenced block of a Markdown page, with the directives in its first lines. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Row of the opening fence, counted from 1. */
  readonly row: number;
  /** From a line `# file: <path>` or `// file: <path>`. */
  readonly file?: string;
  /** From a line `# refused: <code>`: checking this block gives that code. */
  readonly refused?: string;
}

const fence = /^```(\S*)$/u;
const directive = /^(?:#|\/\/) (file|refused|accepted):?\s*(\S*)$/u;

/** All fenced blocks of a page, in order. Directive lines are taken out of the text. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; row: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const match = fence.exec(line);
    if (open === undefined) {
      if (match !== null) open = { language: match[1] ?? "", row: index + 1, lines: [] };
    } else if (match === null) {
      open.lines.push(line);
    } else {
      blocks.push(finish(open));
      open = undefined;
    }
  }
  return blocks;
}

function finish(block: { language: string; row: number; lines: string[] }): CodeBlock {
  const found = new Map<string, string>();
  const rest = [...block.lines];
  for (;;) {
    const match = directive.exec(rest[0] ?? "");
    if (match === null) break;
    found.set(match[1]!, match[2]!);
    rest.shift();
  }
  const file = found.get("file");
  const refused = found.get("refused");
  return {
    language: block.language,
    row: block.row,
    text: `${rest.join("\n")}\n`,
    ...(file === undefined ? {} : { file }),
    ...(refused === undefined ? {} : { refused }),
  };
}
