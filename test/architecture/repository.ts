import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceMap } from "./workspace.ts";

/** The root of this repository. */
export const repositoryRoot: string = fileURLToPath(new URL("../..", import.meta.url));

const skipped = new Set(["node_modules", "dist", "reports"]);

/** Reads the repository; files that no rule looks into are there by name only. */
export function readRepository(): SourceMap {
  const sources = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (skipped.has(entry.name) || entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) {
        const isRead = /\.[cm]?tsx?$/.test(entry.name) || entry.name === "package.json";
        const name = relative(repositoryRoot, path).split(sep).join("/");
        sources.set(name, isRead ? readFileSync(path, "utf8") : "");
      }
    }
  };
  visit(repositoryRoot);
  return sources;
}
