import { expect, test } from "vitest";
import { isSupportedNode } from "../src/node-version.ts";

test.for([
  ["20.20.2", false],
  ["22.21.9", false],
  ["22.22.0", true],
  ["23.0.0", true],
  ["24.21.0", true],
  ["26.0.0-nightly", true],
] as const)("Node %s is supported: %s", ([version, supported]) => {
  expect(isSupportedNode(version)).toBe(supported);
});
