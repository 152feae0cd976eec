import { readFileSync } from "node:fs";

/** The version of this package, from its own package.json (beside `src` and beside `dist` alike). */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}
