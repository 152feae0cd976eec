// Measures what the goals are about and prints each figure beside its goal.
// `node bench/main.ts [name…]` measures only those.
import { measurements } from "./measurements.ts";
import type { Row } from "./row.ts";

const names = process.argv.slice(2);
const unknown = names.filter((name) => !measurements.some((each) => each.name === name));
if (unknown.length > 0) {
  console.error(
    `unknown measurement \`${unknown.join("`, `")}\`; there are ${measurements.map(({ name }) => name).join(", ")}`,
  );
  process.exit(3);
}

const rows: Row[] = [];
for (const { name, measure } of measurements) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.error(`measuring ${name} …`);
  rows.push(...(await measure()));
}
const header = ["what", "goal", "figure", "", "how"];
const cells = rows.map(({ what, goal, figure, met, how }) => [
  what,
  goal,
  figure,
  met ? "met" : "MISSED",
  how,
]);
const widths = header.map((title, column) =>
  Math.max(title.length, ...cells.map((row) => row[column]!.length)),
);
for (const row of [header, widths.map((width) => "-".repeat(width)), ...cells]) {
  console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |`);
}
