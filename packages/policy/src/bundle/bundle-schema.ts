import type { Catalogue, JsonObject } from "@scopeward/core";
import type { SchemaCheck } from "../closed-schema.ts";
import { closedSchema } from "../closed-schema.ts";

const text: JsonObject = { type: "string" };
const texts: JsonObject = { type: "array", items: text };

/** What the manifest of a bundle says. */
export interface Manifest {
  readonly revision: string;
  readonly roots: readonly [""];
  readonly rego_version: 0 | 1;
  readonly file_rego_versions?: { readonly [file: string]: 0 | 1 };
  readonly metadata: {
    readonly scopeward: { readonly entrypoints: readonly string[]; readonly opa: string };
  };
}

// A `wasm` resolver would make other engines run the module, whose builtins are renamed for ours.
const manifestSchema: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["revision", "roots", "rego_version", "metadata"],
  properties: {
    revision: { type: "string", pattern: "^sha256:[0-9a-f]{64}$" },
    roots: { const: [""] },
    rego_version: { enum: [0, 1] },
    file_rego_versions: { type: "object", additionalProperties: { enum: [0, 1] } },
    metadata: {
      type: "object",
      required: ["scopeward"],
      properties: {
        scopeward: {
          type: "object",
          required: ["entrypoints", "opa"],
          properties: {
            entrypoints: { ...texts, contains: { const: "scopeward/decision" } },
            opa: text,
          },
        },
      },
    },
  },
};

const target: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["features", "scopes"],
  properties: {
    features: texts,
    scopes: {
      type: "object",
      additionalProperties: false,
      required: ["internal", "external"],
      properties: { internal: texts, external: texts },
    },
    resource: {
      anyOf: [
        { const: "none" },
        {
          type: "object",
          additionalProperties: false,
          required: ["type", "from"],
          properties: { type: text, from: text },
        },
      ],
    },
  },
};

const scope: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["feature", "tools", "models", "audiences", "requires"],
  properties: {
    feature: text,
    title: text,
    description: text,
    tools: texts,
    models: texts,
    audiences: { type: "array", items: { enum: ["internal", "external"] } },
    risk: { enum: ["low", "medium", "high", "critical"] },
    requires: texts,
  },
};

const feature: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["scopes"],
  properties: { title: text, description: text, scopes: texts },
};

const catalogueSchema: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["features", "scopes", "tools", "models"],
  properties: {
    features: { type: "object", additionalProperties: feature },
    scopes: { type: "object", additionalProperties: scope },
    tools: { type: "object", additionalProperties: target },
    models: { type: "object", additionalProperties: target },
  },
};

const dataSchema: JsonObject = {
  type: "object",
  required: ["scopeward"],
  properties: {
    scopeward: {
      type: "object",
      required: ["catalogue"],
      properties: { catalogue: catalogueSchema },
    },
  },
};

/** The data of a bundle, as far as it is ours. */
export interface BundleData {
  readonly scopeward: { readonly catalogue: Catalogue };
}

/** How a parsed `.manifest` differs from a {@link Manifest}. */
export const manifestFault: SchemaCheck = closedSchema(manifestSchema);

/** How a parsed `data.json` differs from {@link BundleData}. */
export const dataFault: SchemaCheck = closedSchema(dataSchema);
