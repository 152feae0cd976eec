import { fc, test } from "@fast-check/vitest";
import { DynamicStructuredTool, DynamicTool, StructuredTool } from "@langchain/core/tools";
import { RunnableLambda } from "@langchain/core/runnables";
import type { Decision, JsonObject } from "@scopeward/core";
import { tool, ToolMessage } from "langchain";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { allow, ask, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { guardTool } from "../../src/langchain.ts";
import type { Identity } from "../../src/conformance/harness.ts";
import { harness } from "./harness.ts";

let world: World;
let ada: Identity;

beforeEach(() => {
  world = new World(harness, false);
  ada = world.keys.issue("ada", ["conformance:use"]);
});

afterEach(() => world.close());

const limited = z.object({ query: z.string(), limit: z.number().default(10) });

function search(ran: unknown[] = []): DynamicStructuredTool<typeof limited> {
  return tool(
    (args) => {
      ran.push(args);
      return "found";
    },
    { name: "search", description: "searches", schema: limited, extras: { strict: true } },
  );
}

/** As the model of an agent calls it. */
function called(args: JsonObject, id = "call-1"): never {
  return { type: "tool_call", name: "search", args, id } as never;
}

function as({ principal }: Identity = ada): object {
  return { context: { principal } };
}

function policySays(says: (args: JsonObject) => Decision): void {
  world.load({ search: ({ args = {} }) => says(args) });
}

describe("the guarded tool", () => {
  it("is not got around by another tool that is made of what it was made of", async () => {
    const ran: unknown[] = [];
    policySays(() => deny("search_closed"));
    const guarded = guardTool(search(ran), { enforcer: world.enforcer });
    const again = new DynamicStructuredTool<typeof limited>(guarded.lc_kwargs as never);
    expect(String(await again.invoke({ query: "a" }, as()))).toContain("search_closed");
    expect(ran).toEqual([]);
  });

  it("is of the same class, with all that describes it", () => {
    const original = search();
    const guarded = guardTool(original, { enforcer: world.enforcer });
    expect(guarded).toBeInstanceOf(DynamicStructuredTool);
    expect(guarded).not.toBe(original);
    for (const name of ["name", "description", "schema", "extras", "responseFormat"] as const) {
      expect(guarded[name]).toBe(original[name]);
    }
    expect(guarded.toJSON()).toEqual(original.toJSON());
  });

  it("leaves the tool that it was made of as it was", async () => {
    const ran: unknown[] = [];
    const original = search(ran);
    const { func } = original;
    guardTool(original, { enforcer: world.enforcer });
    expect(original.func).toBe(func);
    expect(await original.invoke({ query: "a" })).toBe("found");
    expect(ran).toHaveLength(1);
    expect(world.audit.entries).toEqual([]);
  });

  it.for([
    ["invoke", (guarded: ReturnType<typeof search>) => guarded.invoke({ query: "a" }, as())],
    ["call", (guarded: ReturnType<typeof search>) => guarded.call({ query: "a" }, as())],
    [
      "func",
      (guarded: ReturnType<typeof search>) =>
        guarded.func({ query: "a", limit: 1 }, undefined, as()),
    ],
    ["batch", (guarded: ReturnType<typeof search>) => guarded.batch([{ query: "a" }], as())],
    [
      "stream",
      async (guarded: ReturnType<typeof search>) => {
        const pieces = [];
        for await (const piece of await guarded.stream({ query: "a" }, as())) pieces.push(piece);
        return pieces;
      },
    ],
    [
      "withRetry",
      (guarded: ReturnType<typeof search>) =>
        guarded.withRetry({ stopAfterAttempt: 1 }).invoke({ query: "a" }, as()),
    ],
  ] as const)("cannot be run past the guard by %s", async ([, run]) => {
    const ran: unknown[] = [];
    const guarded = guardTool(search(ran), { enforcer: world.enforcer });
    policySays(() => deny("closed"));
    expect(String(await run(guarded))).toContain("closed");
    policySays(() => allow());
    expect(String(await run(guarded))).toContain("found");
    expect(ran).toHaveLength(1);
  });

  it("is denied to a model by a message with status error, to a program by a text", async () => {
    policySays(() => deny("closed"));
    const guarded = guardTool(search(), { enforcer: world.enforcer });
    const message: unknown = await guarded.invoke(called({ query: "a" }), as());
    expect(message).toBeInstanceOf(ToolMessage);
    expect(message).toMatchObject({ status: "error", tool_call_id: "call-1", name: "search" });
    expect(await guarded.invoke({ query: "a" }, as())).toContain("closed");
  });

  it("is refused for what has no body of its own, and for what is guarded already", () => {
    const runnable = RunnableLambda.from((input: string) => input);
    const made = runnable.asTool({ name: "made", description: "made", schema: z.string() });
    expect(() => guardTool(made as never, { enforcer: world.enforcer })).toThrow(TypeError);
    const guarded = guardTool(search(), { enforcer: world.enforcer });
    expect(() => guardTool(guarded, { enforcer: world.enforcer })).toThrow(TypeError);
  });

  it("runs a class's own code on the tool itself, with what is private to it", async () => {
    class Counter extends StructuredTool {
      readonly name = "search";
      readonly description = "counts";
      readonly schema = limited;
      #count = 0;
      protected override async _call(): Promise<string> {
        this.#count += 1;
        return String(this.#count);
      }
    }
    policySays(() => allow());
    const guarded = guardTool(new Counter(), { enforcer: world.enforcer });
    await guarded.invoke({ query: "a" }, as());
    expect(await guarded.invoke({ query: "a" }, as())).toBe("2");
  });
});

describe("arguments", () => {
  it("are the parsed ones, for policy and tool, in the tool's config too", async () => {
    const seen: unknown[] = [];
    const original = tool(
      (args, config) => {
        seen.push(args, (config as unknown as { toolCall: { args: unknown } }).toolCall.args);
        return "found";
      },
      { name: "search", description: "searches", schema: limited },
    );
    policySays((args) => allow({ args: { ...args, limit: 5 } }));
    const guarded = guardTool(original, { enforcer: world.enforcer });
    await guarded.invoke(called({ query: "a", junk: true }), as());
    expect(world.policy.requests[0]?.args).toEqual({ query: "a", limit: 10 });
    expect(seen).toEqual([
      { query: "a", limit: 5 },
      { query: "a", limit: 5 },
    ]);
    expect(Object.isFrozen(seen[0])).toBe(true);
  });

  it("of a tool that takes a text are what LangChain's schema calls them", async () => {
    const given: unknown[] = [];
    const func = async (input: string): Promise<string> => {
      given.push(input);
      return "found";
    };
    const text = new DynamicTool({ name: "search", description: "searches", func });
    policySays(({ input }) => allow({ args: { input: (input as string).toUpperCase() } }));
    const guarded = guardTool(text, { enforcer: world.enforcer });
    expect(await guarded.invoke("hello", as())).toBe("found");
    await guarded.invoke(called({ input: "model" }), as());
    expect(given).toEqual(["HELLO", "MODEL"]);
    policySays(() => allow({ args: { input: 5 } }));
    expect(await guarded.invoke("hello", as())).toContain("engine:args_unparseable");
    expect(given).toHaveLength(2);
  });

  it("of a JSON schema are checked by it when a policy rewrote them", async () => {
    const ran: unknown[] = [];
    const original = tool(
      (args) => {
        ran.push(args);
        return "found";
      },
      {
        name: "search",
        description: "searches",
        schema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
      },
    );
    const guarded = guardTool(original, { enforcer: world.enforcer });
    policySays(() => allow());
    await guarded.invoke({ query: "a" }, as());
    policySays(() => allow({ args: { query: 5 } }));
    expect(await guarded.invoke({ query: "a" }, as())).toContain("engine:args_unparseable");
    expect(ran).toEqual([{ query: "a" }]);
  });

  it("that are no JSON are turned into what a policy sees, and back", async () => {
    const seen: unknown[] = [];
    const original = tool(
      ({ since }) => {
        seen.push(since);
        return "found";
      },
      { name: "search", description: "searches", schema: z.object({ since: z.coerce.date() }) },
    );
    policySays(() => allow({ args: { since: "2026-01-01T00:00:00.000Z" } }));
    const plain = guardTool(original, { enforcer: world.enforcer });
    const since = "2025-06-01";
    expect(await plain.invoke({ since }, as())).toContain("engine:args_unparseable");
    const guarded = guardTool(original, {
      enforcer: world.enforcer,
      toPolicyArgs: (args) => ({ since: (args as { since: Date }).since.toISOString() }),
      fromPolicyArgs: (args) => ({ since: new Date(args["since"] as string) }),
    });
    expect(await guarded.invoke({ since }, as())).toBe("found");
    expect(seen).toEqual([new Date("2026-01-01")]);
    expect(world.policy.requests.at(-1)?.args).toBeDefined();
  });

  it("that the schema refuses are the framework's own error, and an entry", async () => {
    policySays(() => allow());
    const bare = await search()
      .invoke(called({ limit: 1 }))
      .catch((error: unknown) => error);
    const guarded = guardTool(search(), { enforcer: world.enforcer });
    await expect(guarded.invoke(called({ limit: 1 }), as())).rejects.toEqual(bare);
    expect(world.decisions("search")).toEqual(["deny"]);
    const [entry] = world.entries("decision");
    expect(entry).toMatchObject({ codes: ["engine:args_unparseable"] });
  });

  it("that the schema refuses are not told in its words to whom the tool is not offered", async () => {
    const guarded = guardTool(search(), { enforcer: world.enforcer });
    policySays(() => deny("closed"));
    const hidden = (await guarded.invoke(called({ limit: 1 }), as())) as unknown as ToolMessage;
    expect(hidden).toMatchObject({ status: "error" });
    expect(hidden.text).toContain("engine:args_unparseable");
    expect(hidden.text).not.toContain("query");
    const nobody = (await guarded.invoke(called({ limit: 1 }), {})) as unknown as ToolMessage;
    expect(nobody.text).toContain("key:malformed");
  });

  it("that an inner tool's schema refuses are no entry of the outer one", async () => {
    const outer = tool(() => search().invoke({ limit: 1 } as never), {
      name: "search",
      description: "searches",
      schema: limited,
    });
    policySays(() => allow());
    const guarded = guardTool(outer, { enforcer: world.enforcer });
    await expect(guarded.invoke({ query: "a" }, as())).rejects.toThrow("schema");
    expect(world.decisions("search")).toEqual(["allow"]);
    expect(world.outcomes("search")).toEqual(["failed"]);
  });

  test.prop([
    fc.record({ query: fc.string(), limit: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  ])("reach policy and tool alike, whatever the model gives", async (args) => {
    const ran: unknown[] = [];
    policySays(() => allow());
    const guarded = guardTool(search(ran), { enforcer: world.enforcer });
    await guarded.invoke(called(args), as());
    expect(ran).toEqual([world.policy.requests.at(-1)?.args]);
  });
});

describe("who calls", () => {
  const names: string[] = [];

  beforeEach(() => {
    names.length = 0;
    world.load({
      search: ({ subject, key }) => {
        names.push(`${subject.id}${key.scopes.length > 1 ? "" : " narrowed"}`);
        return allow();
      },
    });
    ada = world.keys.issue("ada", ["conformance:use", "notes:read"]);
  });

  it("is whom the run names, else the guard, else who is at hand", async () => {
    const [bob, eve, sam] = ["bob", "eve", "sam"].map((name) =>
      world.keys.issue(name, ["conformance:use", "notes:read"]),
    ) as [Identity, Identity, Identity];
    const option = { enforcer: world.enforcer, principal: eve.principal };
    const withOption = guardTool(search(), option);
    const without = guardTool(search(), { enforcer: world.enforcer });
    const configurable = { principal: bob.principal };
    await world.enforcer.withPrincipal(sam.principal, async () => {
      await withOption.invoke({ query: "a" }, { ...as(), configurable });
      await withOption.invoke({ query: "a" }, { configurable });
      await withOption.invoke({ query: "a" });
      await without.invoke({ query: "a" });
    });
    expect(names).toEqual(["ada", "bob", "eve", "sam"]);
  });

  it("is, inside of another tool, held to both whom it was guarded for and who is at hand", async () => {
    const { enforcer } = world;
    const narrow = ada.principal.attenuate({ scopes: ["conformance:use"] });
    const forNarrow = guardTool(search(), { enforcer, principal: narrow });
    const forAll = guardTool(search(), { enforcer, principal: ada.principal });
    const outside = (inner: typeof forAll, withNarrow: boolean): typeof forAll =>
      guardTool(
        tool(
          async (args) => {
            const run = async (): Promise<unknown> => await inner.invoke(args, as());
            return String(await (withNarrow ? enforcer.withPrincipal(narrow, run) : run()));
          },
          { name: "search", description: "searches", schema: limited },
        ),
        { enforcer },
      );
    await outside(forNarrow, false).invoke({ query: "a" }, as());
    await outside(forAll, true).invoke({ query: "a" }, as());
    await outside(forAll, false).invoke({ query: "a" }, as());
    expect(names).toEqual(["ada", "ada narrowed", "ada", "ada narrowed", "ada", "ada"]);
  });

  it("is nobody where none of them says so, and nobody for a literal", async () => {
    const guarded = guardTool(search(), { enforcer: world.enforcer });
    expect(await guarded.invoke({ query: "a" })).toContain("key:malformed");
    const literal = { context: { principal: { ...ada.principal } } };
    expect(await guarded.invoke({ query: "a" }, literal as object)).toContain("key:malformed");
    expect(names).toEqual([]);
  });

  it("is told the session, the call and the signal with", async () => {
    const guarded = guardTool(search(), { enforcer: world.enforcer });
    await guarded.invoke(called({ query: "a" }, "call-9"), {
      ...as(),
      configurable: { thread_id: "thread-7" },
    });
    expect(world.policy.requests[0]?.context.session).toBe("thread-7");
    expect(JSON.stringify(world.entries("decision"))).toContain("call-9");
    const signal = AbortSignal.abort(new DOMException("over", "AbortError"));
    await expect(guarded.invoke({ query: "a" }, { ...as(), signal })).rejects.toThrow("over");
  });
});

describe("a person's answer, outside of a graph", () => {
  it("is asked for by a text with the approval's id, and lets the same call through", async () => {
    world.load({ search: (request) => ask(request, "large") });
    const ran: unknown[] = [];
    const guarded = guardTool(search(ran), { enforcer: world.enforcer });
    const waiting = await guarded.invoke(called({ query: "a" }), as());
    const id = /approval ([\w-]{22,})/u.exec((waiting as ToolMessage).text)?.[1] ?? "";
    expect(ran).toEqual([]);
    await world.answer(id, "approve");
    expect(await guarded.invoke(called({ query: "b" }), as())).toMatchObject({ status: "error" });
    expect(await guarded.invoke(called({ query: "a" }), as())).toMatchObject({ content: "found" });
    expect(ran).toEqual([{ query: "a", limit: 10 }]);
  });
});
