// Run by bundle-opening.ts in a process of its own: opens the bundle and decides once.
import { readFileSync } from "node:fs";

const file = new URL("../examples/quickstart/requests.json", import.meta.url);
const [first] = JSON.parse(readFileSync(file, "utf8"));
const start = performance.now();
const { openScopeward } = await import("scopeward");
const imported = performance.now();
const ward = await openScopeward({ policies: process.argv[2]! });
const { effect } = ward.decide(first.request);
const decided = performance.now();
await ward.close();
if (effect !== "allow") throw new Error(`the decision is ${effect}`);
console.log(JSON.stringify({ importingMs: imported - start, openingMs: decided - imported }));
