import { openEvaluator } from "@scopeward/policy";
import type { PolicyOptions } from "@scopeward/policy";
import type { Evaluation, Evaluator } from "@scopeward/sdk";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { pluginBuiltins } from "./probe-bundle.ts";
import { probeBundle } from "./probes.ts";

let bundle: Uint8Array;

beforeAll(async () => {
  bundle = await probeBundle();
}, 120_000);

async function open(
  functions: Parameters<typeof pluginBuiltins>[0] = {},
  limits: PolicyOptions["limits"] = {},
): Promise<Evaluator> {
  const evaluator = await openEvaluator(bundle, { builtins: pluginBuiltins(functions), limits });
  onTestFinished(() => evaluator.close());
  return evaluator;
}

function value(answer: Evaluation): unknown {
  if (answer.kind === "failed") throw new Error(`${answer.code}: ${answer.detail}`);
  return answer.value;
}

function code(answer: Evaluation): string {
  return answer.kind === "failed" ? answer.code : "value";
}

/** How often WebAssembly makes something, which is where an evaluator begins anew. */
function countOf(constructor: "Instance" | "Memory"): { readonly made: () => number } {
  const { WebAssembly } = globalThis as unknown as {
    readonly WebAssembly: Record<"Instance" | "Memory", new (...args: never[]) => object>;
  };
  const spy = vi.spyOn(WebAssembly, constructor);
  onTestFinished(() => spy.mockRestore());
  return { made: () => spy.mock.calls.length };
}

function overflow(): unknown {
  return [overflow()];
}

describe("input", () => {
  test.for(["{}", "[]", "null", "false", "0", '""'])("%s is seen as input", async (input) => {
    const evaluator = await open();
    expect(value(evaluator.evaluate("probe/seen", input))).toBe(true);
    expect(value(evaluator.evaluate("probe/echo", input))).toEqual(JSON.parse(input));
  });

  test("no text at all is no input", async () => {
    const evaluator = await open();
    expect(code(evaluator.evaluate("probe/seen", ""))).toBe("engine:undefined");
  });

  test.for([
    ["NUL", "a\u0000b"],
    ["every control character", String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i))],
    ["characters of two, three and four bytes", "é€😀"],
    ["quotes and backslashes", '"\\/\\"'],
  ] as const)("%s comes back", async ([, text]) => {
    const evaluator = await open();
    const input = { [text]: [text], nested: { [text]: text } };
    expect(value(evaluator.evaluate("probe/echo", JSON.stringify(input)))).toEqual(input);
  });

  test("a member `__proto__` is a member", async () => {
    const evaluator = await open();
    const input = '{"__proto__":{"polluted":true}}';
    const answer = value(evaluator.evaluate("probe/echo", input));
    expect(JSON.stringify(answer)).toBe(input);
    expect(Object.getPrototypeOf(answer)).toBe(Object.prototype);
  });

  test("what is larger than the memory at first comes back", async () => {
    const evaluator = await open();
    const input = JSON.stringify({ text: "é".repeat(1_000_000), more: ["x"] });
    expect(JSON.stringify(value(evaluator.evaluate("probe/echo", input)))).toBe(input);
  });

  test("nothing of it is left for the next evaluation", async () => {
    const evaluator = await open();
    evaluator.evaluate("probe/echo", JSON.stringify({ secret: "x".repeat(10_000) }));
    expect(value(evaluator.evaluate("probe/echo", "{}"))).toEqual({});
  });

  test("nesting that the policy's stack cannot hold fails, and the next evaluation is well", async () => {
    const evaluator = await open();
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(code(evaluator.evaluate("probe/echo", deep))).toBe("engine:evaluation_failed");
    expect(value(evaluator.evaluate("probe/echo", "[[]]"))).toEqual([[]]);
  });
});

describe("result", () => {
  test("sets are arrays in Rego's order, and keys of any kind their JSON text", async () => {
    const evaluator = await open();
    expect(value(evaluator.evaluate("probe/mixed", "{}"))).toEqual({
      1: ["a", [2]],
      b: { "[3]": null },
    });
  });

  test("base documents are there", async () => {
    const evaluator = await open();
    expect(value(evaluator.evaluate("probe/base", "{}"))).toEqual({
      text: "ü\u0000",
      large: "#",
      list: [1, [2.5]],
    });
  });

  test("an integer beyond 2^53 is exact in the policy and rounded in the result", async () => {
    const evaluator = await open();
    const input = '{"more":9007199254740993}';
    const rounded = Number("18014398509481986");
    expect(value(evaluator.evaluate("probe/sum", input))).toBe(rounded);
    expect(value(evaluator.evaluate("probe/sum_set", input))).toEqual([rounded]);
  });

  test("five hundred levels come back", async () => {
    const evaluator = await open();
    const text = "[".repeat(500) + "]".repeat(500);
    const answer = value(evaluator.evaluate("probe/deep", JSON.stringify({ text })));
    expect(JSON.stringify(answer)).toBe(text);
  });

  test("an undefined entrypoint is `engine:undefined`", async () => {
    const evaluator = await open();
    expect(code(evaluator.evaluate("probe/missing", "{}"))).toBe("engine:undefined");
  });

  test.for(["probe/nobody", "", "constructor", "__proto__"])(
    "an entrypoint that the bundle lacks fails: `%s`",
    async (entrypoint) => {
      const evaluator = await open();
      expect(code(evaluator.evaluate(entrypoint, "{}"))).toBe("engine:evaluation_failed");
    },
  );
});

describe("builtins", () => {
  const failures: Readonly<Record<string, () => unknown>> = {
    "throws an error": () => {
      throw new Error("secret");
    },
    "throws no error": () => {
      // oxlint-disable-next-line typescript/only-throw-error -- a plugin may
      throw { toString: 1 };
    },
    "is asynchronous": async () => await Promise.reject(new Error("nobody hears it")),
    "gives back NaN": () => Number.NaN,
    "gives back a date": () => new Date(0),
    "gives back a lone surrogate": () => "\ud800",
    "gives back a cycle": () => {
      const cycle: unknown[] = [];
      cycle.push(cycle);
      return cycle;
    },
    "overflows the stack": overflow,
  };

  test.for(Object.entries(failures))("one that %s fails the evaluation", async ([, failure]) => {
    const evaluator = await open({ "acme.echo": failure });
    const answer = evaluator.evaluate("probe/echoed", '{"a":1}');
    expect(answer).toEqual({
      kind: "failed",
      code: "engine:builtin_failed",
      detail: "acme.echo",
    });
    expect(code(evaluator.evaluate("probe/guarded", "1"))).toBe("engine:builtin_failed");
    expect(code(evaluator.evaluate("probe/refused", "1"))).toBe("engine:builtin_failed");
    expect(code(evaluator.evaluate("probe/conflict_after_failure", "1"))).toBe(
      "engine:builtin_failed",
    );
    expect(value(evaluator.evaluate("probe/echo", "1"))).toBe(1);
  });

  test("one of OPA's that fails is named as the author wrote it", async () => {
    const evaluator = await open();
    expect(evaluator.evaluate("probe/subset", '{"super":1,"sub":{}}')).toEqual({
      kind: "failed",
      code: "engine:builtin_failed",
      detail: "object.subset",
    });
    expect(value(evaluator.evaluate("probe/subset", '{"super":{"a":1},"sub":{"a":1}}'))).toBe(true);
  });

  test("undefined is Rego's undefined and no failure", async () => {
    const evaluator = await open({ "acme.echo": () => undefined });
    expect(code(evaluator.evaluate("probe/echoed", "1"))).toBe("engine:undefined");
    expect(value(evaluator.evaluate("probe/refused", "1"))).toBe(true);
  });

  test("a set arrives as an array in Rego's order", async () => {
    const evaluator = await open();
    expect(value(evaluator.evaluate("probe/echoed_set", "{}"))).toEqual([9, 10, "a", "b", [2]]);
  });

  test("an integer that JavaScript would round does not reach a plugin", async () => {
    const evaluator = await open();
    expect(code(evaluator.evaluate("probe/echoed", "[9007199254740993]"))).toBe(
      "engine:builtin_failed",
    );
  });

  test("strings with anything in them go there and back", async () => {
    const evaluator = await open();
    const input = { 'k\u0000\n"\\é😀': ["\u0000", "\u2028", "\u007f", ""] };
    expect(value(evaluator.evaluate("probe/echoed", JSON.stringify(input)))).toEqual(input);
  });

  test("many calls do not fill the memory", async () => {
    const evaluator = await open({ "acme.echo": () => true }, { memoryBytes: 8 * 2 ** 20 });
    const input = JSON.stringify({ size: 10_000, text: "x".repeat(900) });
    expect(value(evaluator.evaluate("probe/echoed_often", input))).toBe(10_000);
  });

  test("one that evaluates the policy that called it gets a failure, and the outer answer is right", async () => {
    const inner: string[] = [];
    const evaluator: Evaluator = await open({
      "acme.echo": (input) => {
        inner.push(code(evaluator.evaluate("probe/echo", '"other"')));
        return input;
      },
    });
    expect(value(evaluator.evaluate("probe/echoed", '{"a":["b"]}'))).toEqual({ a: ["b"] });
    expect(inner).toEqual(["engine:evaluation_failed"]);
  });

  test("one that closes the evaluator still gets its answer through", async () => {
    const evaluator: Evaluator = await open({
      "acme.echo": (input) => {
        evaluator.close();
        return input;
      },
    });
    expect(value(evaluator.evaluate("probe/echoed", "7"))).toBe(7);
    expect(code(evaluator.evaluate("probe/echoed", "7"))).toBe("engine:no_bundle");
  });

  test("a bundle that needs one which is not there is refused, each by name", async () => {
    await expect(openEvaluator(bundle, {})).rejects.toMatchObject({
      code: "bundle_refused",
      problems: [{ code: "builtin_missing" }, { code: "builtin_missing" }],
    });
  });
});

describe("instances", () => {
  test("a conflict of rules fails with its place, and the next evaluation is well", async () => {
    const evaluator = await open();
    const answer = evaluator.evaluate("probe/conflict", '{"first":1,"second":1}');
    expect(answer).toMatchObject({
      code: "engine:evaluation_failed",
      detail: expect.stringContaining("probe.rego:") as string,
    });
    expect(value(evaluator.evaluate("probe/conflict", '{"first":1}'))).toBe(true);
    expect(value(evaluator.evaluate("probe/conflict", '{"second":1}'))).toBe(2);
  });

  test("20,000 conflicts in a row are 20,000 failures in one piece of memory", async () => {
    const evaluator = await open();
    evaluator.evaluate("probe/echo", "1");
    const memories = countOf("Memory");
    let failures = 0;
    for (let index = 0; index < 20_000; index++) {
      const answer = evaluator.evaluate("probe/conflict", '{"first":1,"second":1}');
      if (code(answer) === "engine:evaluation_failed") failures++;
    }
    expect(failures).toBe(20_000);
    expect(memories.made()).toBe(0);
    expect(value(evaluator.evaluate("probe/echo", "[1]"))).toEqual([1]);
    expect(value(evaluator.evaluate("probe/base", "{}"))).toMatchObject({ text: "ü\u0000" });
  }, 120_000);

  test("20,000 failures of builtins need no new instance", async () => {
    const evaluator = await open({ "acme.echo": () => Number.NaN });
    evaluator.evaluate("probe/echo", "1");
    const instances = countOf("Instance");
    for (let index = 0; index < 20_000; index++) evaluator.evaluate("probe/echoed", "1");
    expect(instances.made()).toBe(0);
    expect(value(evaluator.evaluate("probe/echo", "1"))).toBe(1);
  }, 60_000);

  test("a runaway evaluation meets the memory limit, and the next one is well", async () => {
    const evaluator = await open({}, { memoryBytes: 8 * 2 ** 20 });
    expect(evaluator.evaluate("probe/grown", '{"size":1000000}')).toEqual({
      kind: "failed",
      code: "engine:evaluation_failed",
      detail: "out of memory",
    });
    expect(code(evaluator.evaluate("probe/echo", JSON.stringify("x".repeat(2 ** 23))))).toBe(
      "engine:evaluation_failed",
    );
    expect(value(evaluator.evaluate("probe/grown", '{"size":100}'))).toBe(100);
  });

  test("an instance that has grown past half of the limit is replaced, without a failure", async () => {
    const evaluator = await open({}, { memoryBytes: 16 * 2 ** 20 });
    expect(value(evaluator.evaluate("probe/grown", '{"size":10000}'))).toBe(10_000);
    const instances = countOf("Instance");
    evaluator.evaluate("probe/echo", "1");
    expect(instances.made()).toBe(0);
    for (let round = 1; round <= 5; round++) {
      expect(value(evaluator.evaluate("probe/grown", '{"size":70000}'))).toBe(70_000);
      expect(value(evaluator.evaluate("probe/base", "{}"))).toMatchObject({ large: "#" });
      expect(instances.made()).toBe(round);
    }
  });

  test("a limit that the policy and its data do not fit into refuses the bundle", async () => {
    const builtins = pluginBuiltins({});
    const opening = openEvaluator(bundle, { builtins, limits: { memoryBytes: 65_536 } });
    await expect(opening).rejects.toMatchObject({ problems: [{ code: "memory_exceeded" }] });
  });

  test.for([0, -1, Number.NaN])("a memory limit of %s is a mistake", async (memoryBytes) => {
    const builtins = pluginBuiltins({});
    await expect(openEvaluator(bundle, { builtins, limits: { memoryBytes } })).rejects.toThrow(
      RangeError,
    );
  });

  test("after close every evaluation is `engine:no_bundle`, and closing twice is fine", async () => {
    const evaluator = await open();
    evaluator.close();
    evaluator.close();
    expect(code(evaluator.evaluate("probe/echo", "1"))).toBe("engine:no_bundle");
    expect(evaluator.revision).toMatch(/^sha256:[0-9a-f]{64}$/u);
    expect(evaluator.entrypoints).toContain("scopeward/decision");
  });
});
