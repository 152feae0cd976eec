import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../rego/", import.meta.url);

/** Package `scopeward` in Rego, which every bundle contains: text by the path that it has there. */
export function readLibrary(): Readonly<Record<string, string>> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".rego") && !name.endsWith("_test.rego"))
    .toSorted();
  return Object.fromEntries(
    files.map((name) => [`scopeward/${name}`, readFileSync(new URL(name, folder), "utf8")]),
  );
}
