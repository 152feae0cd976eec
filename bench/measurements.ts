import { bundleOpening } from "./bundle-opening.ts";
import { compiling } from "./compiling.ts";
import { decisions } from "./decisions.ts";
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
];
