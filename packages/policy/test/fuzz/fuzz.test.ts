import { expect, it } from "vitest";
import { fuzzBundles } from "./bundle-fuzz.ts";
import { fuzzDecisions } from "./decision-fuzz.ts";
import { fuzzRequests } from "./request-fuzz.ts";

const numRuns = 1_000;

it("no request makes decoding throw", () => {
  expect(() => fuzzRequests(numRuns)).not.toThrow();
});

it("no answer makes decoding throw", () => {
  expect(() => fuzzDecisions(numRuns)).not.toThrow();
});

it("no bytes make loading throw", async () => {
  await expect(fuzzBundles(numRuns)).resolves.toBeUndefined();
});
