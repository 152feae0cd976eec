import { bundleOpening } from "./bundle-opening.ts";
import { compiling } from "./compiling.ts";
import { decisions } from "./decisions.ts";
import { adapterImports } from "./enforcer/adapter-imports.ts";
import { enforcedPath } from "./enforcer/enforced-path.ts";
import { langchainCalls } from "./enforcer/langchain-calls.ts";
import { embeddedKeys } from "./keys/embedded.ts";
import { manyNodes } from "./keys/many-nodes.ts";
import { manyFeaturesDecisions } from "./many-features.ts";
import { memory } from "./memory.ts";
import { reloading } from "./reloading.ts";
import type { Measurement } from "./row.ts";
import { tarball } from "./tarball.ts";

/** All measurements, in the order of the table. */
export const measurements: readonly Measurement[] = [
  decisions,
  manyFeaturesDecisions,
  reloading,
  compiling,
  bundleOpening,
  memory,
  tarball,
  embeddedKeys,
  manyNodes,
  enforcedPath,
  langchainCalls,
  adapterImports,
];
