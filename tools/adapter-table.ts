// Writes the table of docs/adapters.md, adapter by case, from what the adapters' tests run and skip; `--check`
// fails when the page is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { testedAdapters } from "../packages/adapters/test/conformance/tested-adapters.ts";
import { withTables } from "./adapter-table/adapter-page.ts";

const page = fileURLToPath(new URL("../docs/adapters.md", import.meta.url));
const before = readFileSync(page, "utf8");
const after = withTables(before, testedAdapters);
if (!process.argv.includes("--check")) {
  writeFileSync(page, after);
} else if (before !== after) {
  console.error("docs/adapters.md is stale: run `node tools/adapter-table.ts`");
  process.exitCode = 1;
}
