import type { JsonObject } from "@scopeward/core";
import { defineBuiltin, defineObligation, definePlugin, type } from "@scopeward/sdk";

/** What the parts of the plugin do; a test sets what it is about. */
export interface ProbeConduct {
  risk: () => unknown;
  prepare: () => unknown;
  stamp: (value: unknown) => unknown;
  stampStream: (stream: AsyncIterable<unknown>) => unknown;
  provide: () => unknown;
  normalise: (args: JsonObject) => unknown;
}

/** How a plugin ought to be. */
const good: Readonly<ProbeConduct> = {
  risk: () => 1,
  prepare: () => ({ prepared: true }),
  stamp: (value) => ({ value: `${String(value)} (stamped)` }),
  stampStream: async function* (stream) {
    for await (const piece of stream) yield `${String(piece)}!`;
  },
  provide: () => ({ facts: { weather: "fair" } }),
  normalise: ({ place }) => ({ kind: "resource", id: place }),
};

/** Of the one plugin in this process. */
export const conduct: ProbeConduct = { ...good };

/** Has it behave from here on. */
export function behave(): void {
  Object.assign(conduct, good);
}

const parameters = { type: "object", properties: {}, additionalProperties: false } as const;

const risk = defineBuiltin({
  name: "probe.risk",
  args: [type.any],
  result: type.number,
  evaluate: () => conduct.risk() as number,
});

const prepare = defineObligation({
  type: "prepare",
  phase: "before",
  parameters,
  deadlineMs: 100,
  fulfil: () => conduct.prepare() as never,
});

const stamp = defineObligation({
  type: "stamp",
  phase: "after",
  parameters,
  deadlineMs: 100,
  transform: (value) => conduct.stamp(value) as never,
  transformStream: (stream) => conduct.stampStream(stream) as never,
});

/** A plugin with one part of each kind, which does what `conduct` says. */
export default definePlugin({
  name: "probe",
  builtins: [risk],
  obligations: [prepare, stamp],
  contextProviders: [{ name: "probe", deadlineMs: 100, provide: () => conduct.provide() as never }],
  normalisers: [{ name: "probe", normalise: (args) => conduct.normalise(args) as never }],
});
