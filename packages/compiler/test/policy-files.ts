import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { PolicyFiles } from "@scopeward/sdk";

/** Rego and data below a folder of this repository, by path. */
export function readPolicyFiles(folder: URL): PolicyFiles {
  const path = fileURLToPath(folder);
  const files = readdirSync(path, { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    files
      .filter((file) => /\.(?:rego|json)$/u.test(file))
      .toSorted()
      .map((file) => [file.split(sep).join("/"), readFileSync(join(path, file), "utf8")]),
  );
}
