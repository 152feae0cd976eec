import type { Catalogue } from "@scopeward/core";
import { risks } from "@scopeward/core";
import { closed, either, listOf, mapOf, oneOf, open, text } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** The data of a bundle, as far as it is ours. */
export interface BundleData {
  readonly scopeward: { readonly catalogue: Catalogue };
}

const texts = listOf(text());
const prose = { title: text(), description: text() };

const target = closed(
  { features: texts, scopes: closed({ internal: texts, external: texts }) },
  { resource: either(oneOf("none"), closed({ type: text(), from: text() })) },
);

const scope = closed(
  {
    feature: text(),
    tools: texts,
    models: texts,
    audiences: listOf(oneOf("internal", "external")),
    requires: texts,
  },
  { ...prose, risk: oneOf(...risks) },
);

const catalogue = closed({
  features: mapOf(closed({ scopes: texts }, prose)),
  scopes: mapOf(scope),
  tools: mapOf(target),
  models: mapOf(target),
});

const data: Shape = open({ scopeward: open({ catalogue }) });

/** Whether a parsed `data.json` holds a catalogue. */
export function isBundleData(value: unknown): value is BundleData {
  return data(value);
}
