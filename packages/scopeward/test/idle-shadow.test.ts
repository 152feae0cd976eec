import { expect, test } from "vitest";
import { idleShadow } from "../src/idle-shadow.ts";

const until = "2026-06-01T00:00:00Z";
const catalogue = { features: { orders: { scopes: [] }, reports: { scopes: [] } } };
const end = Date.parse(until);

test("a declared feature shadows until its time comes, and not from then on", () => {
  expect(idleShadow({ orders: { until } }, catalogue, end - 1)).toEqual([]);
  expect(idleShadow({ orders: { until } }, catalogue, end)).toEqual([
    expect.stringContaining("`shadow.orders`"),
  ]);
});

test.for(["order", "__proto__", "toString"])(
  "%s, which no policy declares, is told once, with what is declared",
  (feature) => {
    const lines = idleShadow(Object.fromEntries([[feature, { until }]]), catalogue, end);
    expect(lines).toEqual([expect.stringMatching(/orders, reports$/u)]);
    expect(lines[0]).toContain(`\`shadow.${feature}\``);
  },
);
