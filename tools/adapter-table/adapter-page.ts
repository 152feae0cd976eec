import { adapterCases } from "../../packages/adapters/src/conformance.ts";
import type { AdapterSkip } from "../../packages/adapters/src/conformance.ts";

/** What of an adapter the page tells. */
export interface AdapterColumn {
  readonly title: string;
  readonly skips: readonly AdapterSkip[];
}

const start = "<!-- the table: written by `node tools/adapter-table.ts` -->";
const end = "<!-- the end of the table -->";

/** The page with its tables as they are now. @throws TypeError for a page without the two comments. */
export function withTables(page: string, adapters: readonly AdapterColumn[]): string {
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from === -1 || to < from) throw new TypeError(`the page has no \`${start}\` … \`${end}\``);
  const tables = [caseTable(adapters), skipTable(adapters)].join("\n\n");
  return `${page.slice(0, from)}${start}\n\n${tables}\n\n${page.slice(to)}`;
}

function caseTable(adapters: readonly AdapterColumn[]): string {
  const rows = adapterCases.map(({ name }) => [
    name,
    ...adapters.map(({ skips }) => (skips.some((skip) => skip.case === name) ? "–" : "yes")),
  ]);
  return table(["case", ...adapters.map(({ title }) => title)], rows);
}

/** One row for each reason of each adapter, with the cases that it is given for. */
function skipTable(adapters: readonly AdapterColumn[]): string {
  const rows = adapters.flatMap(({ title, skips }) =>
    [...Map.groupBy(skips, ({ reason }) => reason)].map(([reason, skipped]) => [
      title,
      skipped.map((skip) => skip.case).join("; "),
      reason,
    ]),
  );
  return table(["adapter", "does not take", "because"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}
