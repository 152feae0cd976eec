// Run by memory.ts with --expose-gc: decides two million times and tells how much memory is held.
import assert from "node:assert/strict";
import { openPolicy } from "@scopeward/policy";
import { allowedRequest, buildBundle, referenceFiles, withCompiler } from "./reference-policies.ts";

const total = 2_000_000;
const warmUp = 200_000;

const bundle = await withCompiler(
  async (compiler) => await buildBundle(compiler, await referenceFiles()),
);
const loaded = await openPolicy(bundle, {});
assert(loaded.kind === "loaded");
const { value: policy } = loaded;

let early = 0;
for (let turn = 0; turn < total; turn++) {
  if (turn === warmUp) early = heldMegabytes();
  policy.decide(variant(turn));
}
console.log(JSON.stringify({ early, late: heldMegabytes() }));
policy.close();

/** Requests of many sizes, some allowed, some denied, some malformed. */
function variant(turn: number): unknown {
  if (turn % 97 === 0) return { ...allowedRequest, phase: "never" };
  const padding = "x".repeat((turn * 7919) % 4096);
  const limit = turn % 20_000;
  return { ...allowedRequest, args: { ...allowedRequest.args, limit, query: padding } };
}

function heldMegabytes(): number {
  globalThis.gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + external + arrayBuffers) / 1e6;
}
