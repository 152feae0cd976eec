import type { Catalogue } from "@scopeward/core";
import { expect, test } from "vitest";
import { noteUnknownConstraints } from "../../src/cli/constraint-names.ts";
import { recordedOutput } from "../recorded-output.ts";

const catalogue: Catalogue = {
  features: {},
  scopes: {
    "rows:read": {
      feature: "rows",
      tools: ["read_rows"],
      models: [],
      audiences: ["internal"],
      requires: ["region"],
    },
  },
  tools: {
    read_rows: {
      features: ["rows"],
      scopes: { internal: ["rows:read"], external: [] },
      resource: { type: "dataset", from: "/dataset" },
    },
    wait: { features: ["rows"], scopes: { internal: [], external: [] }, resource: "none" },
  },
  models: {},
};

test.for(["tool", "model", "cidr", "dataset", "region"])(
  "nothing is said of the constraint %s, which narrows",
  (name) => {
    const { output, stderr } = recordedOutput();
    noteUnknownConstraints({ [name]: ["a"] }, catalogue, output);
    expect(stderr()).toBe("");
  },
);

test("one that is misspelt is told, with those that there are", () => {
  const { output, stderr } = recordedOutput();
  noteUnknownConstraints({ tools: ["read_rows"], tool: ["read_rows"] }, catalogue, output);
  expect(stderr()).toContain("`tools`");
  expect(stderr()).toContain("cidr, dataset, model, region, tool");
  expect(stderr().match(/warning/gu)).toHaveLength(1);
});

test("without constraints or policies there is nothing to say", () => {
  const { output, stderr } = recordedOutput();
  noteUnknownConstraints(undefined, catalogue, output);
  noteUnknownConstraints({ tools: [] }, undefined, output);
  expect(stderr()).toBe("");
});
