import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement, Row } from "../row.ts";
import { median } from "../statistics.ts";

const runs = 15;
const root = fileURLToPath(new URL("../..", import.meta.url));
/** Adapters, each with the framework that its own users have loaded already. */
const adapters: Readonly<Record<string, readonly string[]>> = {
  langchain: [],
  mcp: [],
  "ai-sdk": ["ai"],
  http: [],
};
const frameworks =
  /^(?:ai|langchain|express|fastify|hono|@langchain|@ai-sdk|@modelcontextprotocol)(?:\/|$)/u;

// In a process of its own: what the adapter stands on, then the adapter.
const timing = `
for (const before of process.argv.slice(2)) await import(before);
const start = performance.now();
await import(process.argv[1]);
console.log(performance.now() - start);
`;
const loading = `
import { registerHooks } from "node:module";
for (const before of process.argv.slice(2)) await import(before);
const loaded = new Set();
registerHooks({ load(url, context, next) { loaded.add(url); return next(url, context); } });
await import(process.argv[1]);
console.log(JSON.stringify([...loaded]));
`;

/** What importing an adapter costs by itself, and which frameworks come with it. */
export const adapterImports: Measurement = { name: "adapter-imports", measure };

async function measure(): Promise<readonly Row[]> {
  return await Promise.resolve(Object.entries(adapters).map(([name, own]) => rowOf(name, own)));
}

function rowOf(name: string, own: readonly string[]): Row {
  const files = [
    builtFile(`adapters/dist/${name}.js`),
    "@scopeward/core",
    "@scopeward/sdk",
    ...own,
  ];
  const milliseconds = median(Array.from({ length: runs }, () => Number(outputOf(timing, files))));
  const urls = JSON.parse(outputOf(loading, files)) as readonly string[];
  const packages = urls.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(url)?.[1]);
  const others = new Set(packages.filter((each) => each !== undefined && frameworks.test(each)));
  return {
    what: `importing \`@scopeward/adapters/${name}\``,
    goal: "<= 15 ms, no framework but its own",
    figure: `${milliseconds.toFixed(1)} ms, ${others.size === 0 ? "none" : [...others].join(", ")}`,
    met: milliseconds <= 15 && others.size === 0,
    how: `built files, after ${files.slice(1).join(", ")}; median of ${runs} processes`,
  };
}

function builtFile(path: string): string {
  return new URL(`../../packages/${path}`, import.meta.url).href;
}

function outputOf(program: string, files: readonly string[]): string {
  const args = ["--input-type=module", "--eval", program, ...files];
  return execFileSync(process.execPath, args, { encoding: "utf8", cwd: root });
}
