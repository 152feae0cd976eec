import * as fc from "fast-check";

/**
 * Makes a value. The values themselves would not get through fast-check, which looks into what it
 * generates and so runs their traps.
 */
export type Maker = () => unknown;

const throwing = (): never => {
  throw new Error("a trap ran");
};

// One that says one thing when it is checked and another when it is used.
function alternating(answers: readonly unknown[]): () => unknown {
  let turn = 0;
  return () => answers[turn++ % answers.length];
}

const traps = fc.constantFrom<() => ProxyHandler<object>>(
  () => ({}),
  () => ({ get: throwing }),
  () => ({ ownKeys: throwing }),
  () => ({ getPrototypeOf: throwing }),
  () => ({ getOwnPropertyDescriptor: throwing }),
  () => ({ get: () => "allow", has: () => true }),
  () => ({ get: alternating(["list", "call"]) }),
);

const oddity: fc.Arbitrary<Maker> = fc.oneof(
  fc.constantFrom<Maker>(
    () => undefined,
    () => null,
    () => Number.NaN,
    () => -Infinity,
    () => -0,
    () => Symbol.iterator,
    () => throwing,
    () => new Map([[1, 2]]),
    () => new Set(),
    () => /a/u,
    () => Promise.resolve(),
    () => globalThis,
    () => "\ud800",
    () => "\\ud800",
    () => "__proto__",
    () => Array(5_000_000),
  ),
  fc
    .oneof(fc.bigInt(), fc.date(), fc.uint8Array({ maxLength: 4 }), fc.string({ unit: "binary" }))
    .map((value) => () => value),
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
      maxDepth: 2,
    })
    .map((value) => () => value),
);

/** Anything that JavaScript can hold in the place of a request or an answer. */
export const hostileValue: fc.Arbitrary<Maker> = fc.letrec<{ value: Maker }>((tie) => {
  const inner = tie("value");
  const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "toJSON", "args", "phase"));
  return {
    value: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      oddity,
      fc
        .array(fc.tuple(name, inner), { maxLength: 4 })
        .map((all) => () => Object.fromEntries(all.map(([key, make]) => [key, make()] as const))),
      fc.array(inner, { maxLength: 4 }).map((makers) => () => makers.map((make) => make())),
      fc.tuple(name, inner).map(
        ([key, get]) =>
          () =>
            describe({ get, enumerable: true }, key),
      ),
      fc.tuple(name, inner).map(
        ([key, make]) =>
          () =>
            describe({ value: make() }, key),
      ),
      fc.tuple(inner, traps).map(
        ([make, handler]) =>
          () =>
            new Proxy(Object(make()) as object, handler()),
      ),
      inner.map((make) => () => circular(make())),
      inner.map((make) => () => Object.create(Object(make()) as object) as unknown),
    ),
  };
}).value;

function describe(descriptor: PropertyDescriptor, name: string): unknown {
  return Object.defineProperty({}, name, descriptor);
}

function circular(value: unknown): unknown {
  const outer: Record<string, unknown> = { value };
  outer["self"] = [outer];
  return outer;
}

/** A sound JSON value with something hostile in the place of one of its members, at any depth. */
export function spoiled(sound: fc.Arbitrary<unknown>): fc.Arbitrary<Maker> {
  return fc.tuple(sound, hostileValue, fc.array(fc.nat({ max: 9 }), { maxLength: 4 })).map(
    ([value, make, path]) =>
      () =>
        replaceWithin(structuredClone(value), make(), path),
  );
}

function replaceWithin(value: unknown, spoil: unknown, [step, ...path]: number[]): unknown {
  if (step === undefined || typeof value !== "object" || value === null) return spoil;
  const names = Object.keys(value);
  const name = names[step % (names.length + 1)] ?? "added";
  const target = value as Record<string, unknown>;
  target[name] = replaceWithin(target[name], spoil, path);
  return value;
}

/** Sound values as makers. */
export function made(sound: fc.Arbitrary<unknown>): fc.Arbitrary<Maker> {
  return sound.map((value) => () => value);
}
