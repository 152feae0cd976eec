import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { withTables } from "../../tools/adapter-table/adapter-page.ts";
import { repositoryRoot } from "../architecture/repository.ts";

const frame = "# Adapters\n\n<!-- the table: written by `node tools/adapter-table.ts` -->\n";
const rest = "<!-- the end of the table -->\n\n## HTTP\n";
const skip = { case: "a list is one entry", reason: "routes are not | listed" };

it("has the tables of what the adapters' tests run and skip", () => {
  const args = ["tools/adapter-table.ts", "--check"];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: repositoryRoot,
    encoding: "utf8",
  });
  expect(status, stderr).toBe(0);
});

it("is stale as soon as an adapter skips another case", () => {
  const page = withTables(frame + rest, [{ title: "HTTP", skips: [] }]);
  expect(page).toContain("| a list is one entry | yes |");
  const changed = withTables(page, [{ title: "HTTP", skips: [skip] }]);
  expect(changed).toContain("| a list is one entry | – |");
  expect(changed).toContain("| HTTP | a list is one entry | routes are not \\| listed |");
  expect(withTables(changed, [{ title: "HTTP", skips: [skip] }])).toBe(changed);
});

it("leaves what stands around the tables as it is", () => {
  const page = withTables(frame + rest, []);
  expect(page.startsWith(frame)).toBe(true);
  expect(page.endsWith(rest)).toBe(true);
});

it("refuses a page without a place for them", () => {
  expect(() => withTables("# Adapters\n", [])).toThrow(TypeError);
});
