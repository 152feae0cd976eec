import { generateText, jsonSchema, streamText, wrapLanguageModel } from "ai";
import type { LanguageModel, Tool } from "ai";
import { convertArrayToReadableStream, convertReadableStreamToArray } from "ai/test";
import type { LanguageModelV4Middleware, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { Principal } from "@scopeward/sdk";
import { describe, expect, it, test } from "vitest";
import { guardModel } from "../../src/ai-sdk.ts";
import type { Script } from "../../src/conformance/scripted-policy.ts";
import { allow, ask, deny } from "../../src/conformance/scripted-policy.ts";
import type { World } from "../../src/conformance/world.ts";
import { answer, scriptedModel } from "./scripted-model.ts";
import { openStage, redacting } from "./stage.ts";

const model = "atlas-mini";

function openModelStage(script: Script): { readonly world: World; readonly ada: Principal } {
  return openStage({ web_search: () => allow() }, { [model]: script });
}

const limited: Script = ({ phase }) =>
  phase === "call" ? allow({ obligations: [{ type: "max_output_tokens", limit: 10 }] }) : allow();

function providerTool(name: string): Tool {
  return {
    type: "provider",
    id: `fake.${name}`,
    isProviderExecuted: true,
    args: {},
    inputSchema: jsonSchema({ type: "object" }),
    outputSchema: jsonSchema({ type: "object" }),
  };
}

function guarded(
  { world, ada }: ReturnType<typeof openModelStage>,
  ...answers: Parameters<typeof scriptedModel>[0][number][]
): {
  readonly wrapped: Exclude<LanguageModel, string>;
  readonly inner: ReturnType<typeof scriptedModel>;
} {
  const inner = scriptedModel(answers, model);
  const middleware = guardModel({ enforcer: world.enforcer, principal: ada });
  return { wrapped: wrapLanguageModel({ model: inner, middleware }), inner };
}

describe.each(["generateText", "streamText"] as const)("with `%s`", (how) => {
  const run = async (wrapped: LanguageModel, more: object = {}): Promise<string> => {
    const options = { model: wrapped, prompt: "hello", maxRetries: 0, ...more };
    if (how === "generateText") return (await generateText(options)).text;
    const errors: unknown[] = [];
    const stream = streamText({ ...options, onError: ({ error }) => void errors.push(error) });
    await stream.consumeStream();
    if (errors.length > 0) throw errors[0];
    return await stream.text;
  };

  it("calls a model that is allowed, with a decision and an outcome", async () => {
    const stage = openModelStage(() => allow());
    const { wrapped } = guarded(stage, answer("hello Ada"));
    expect(await run(wrapped)).toBe("hello Ada");
    expect(stage.world.policy.requests[0]).toMatchObject({
      action: { type: "model", name: "chat" },
      resource: { type: "model", id: model },
      subject: { id: "ada" },
    });
    expect(stage.world.entries("outcome")).toMatchObject([{ status: "succeeded" }]);
  });

  it("does not call a model that is denied", async () => {
    const { wrapped, inner } = guarded(openModelStage(() => deny("model_closed")));
    await expect(run(wrapped)).rejects.toMatchObject({
      code: "denied",
      denial: { codes: ["model_closed"] },
    });
    expect([...inner.doGenerateCalls, ...inner.doStreamCalls]).toEqual([]);
  });

  it("goes on with an approval once a person gave it", async () => {
    const stage = openModelStage((request) => ask(request, "costly"));
    const { wrapped } = guarded(stage, answer("hello Ada"));
    const error = await run(wrapped).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "approval_needed" });
    const { denial } = error as { denial: { approval: string } };
    await stage.world.answer(denial.approval, "approve");
    expect(await run(wrapped)).toBe("hello Ada");
    await expect(run(wrapped)).rejects.toMatchObject({ code: "approval_needed" });
  });

  it("shows the policies the parameters, and takes theirs", async () => {
    const stage = openModelStage(({ args }) =>
      allow({ args: { ...args, max_tokens: 100, top_p: 0.5 } }),
    );
    const { wrapped, inner } = guarded(stage);
    await run(wrapped, { maxOutputTokens: 5_000, temperature: 0 });
    expect(stage.world.policy.requests[0]?.args).toEqual({ max_tokens: 5_000, temperature: 0 });
    const [params] = [...inner.doGenerateCalls, ...inner.doStreamCalls];
    expect(params).toMatchObject({ maxOutputTokens: 100, topP: 0.5, temperature: 0 });
  });

  it.each([undefined, 5_000, 5])(
    "holds to the smallest limit, when asked for %s",
    async (asked) => {
      const { wrapped, inner } = guarded(openModelStage(limited));
      await run(wrapped, asked === undefined ? {} : { maxOutputTokens: asked });
      const [params] = [...inner.doGenerateCalls, ...inner.doStreamCalls];
      expect(params?.maxOutputTokens).toBe(asked === 5 ? 5 : 10);
    },
  );

  it("does not leave out a parameter that it cannot pass on", async () => {
    const stage = openModelStage(() => allow({ args: { logit_bias: 1 } }));
    const { wrapped, inner } = guarded(stage);
    await expect(run(wrapped)).rejects.toMatchObject({ code: "parameters_unsupported" });
    expect([...inner.doGenerateCalls, ...inner.doStreamCalls]).toEqual([]);
    expect(stage.world.entries("outcome")).toMatchObject([{ status: "failed" }]);
  });

  it("redacts texts, however they are cut", async () => {
    const { wrapped } = guarded(
      openModelStage(redacting("pattern")),
      answer("mail ada@example.org now"),
    );
    expect(await run(wrapped)).toBe("mail hidden now");
  });

  it("removes tools that run at the provider, unless a policy names them", async () => {
    const { wrapped, inner } = guarded(openModelStage(() => allow()));
    const tools = { web_search: providerTool("web_search"), code: providerTool("code") };
    await run(wrapped, { tools });
    const [params] = [...inner.doGenerateCalls, ...inner.doStreamCalls];
    expect(params?.tools?.map(({ name }) => name)).toEqual(["web_search"]);
  });
});

test("the provider's raw answer is left out where texts are redacted, and only there", async () => {
  for (const [script, body] of [
    [redacting("pattern"), undefined],
    [() => allow(), "ada@example.org"],
  ] as const) {
    const raw = { ...answer("ada@example.org"), response: { id: "1", body: "ada@example.org" } };
    const { wrapped } = guarded(openModelStage(script), raw);
    const { response } = await generateText({
      model: wrapped,
      prompt: "hello",
      include: { responseBody: true },
    });
    expect(response.body).toBe(body);
  }
});

test("what the provider tells beside a text is left out where texts are redacted, and only there", async () => {
  const told = { fake: { logprobs: ["ada", "@example.org"] } };
  const source = {
    type: "source",
    sourceType: "url",
    id: "1",
    url: "https://notes.example",
  } as const;
  const cited = { source, citedText: "logprobs" };
  for (const [script, isThere] of [
    [redacting("pattern"), false],
    [() => allow(), true],
  ] as const) {
    const { content, ...rest } = answer("ada@example.org");
    const parts = content.map((part) => ({ ...part, citations: [cited], providerMetadata: told }));
    const { wrapped, inner } = guarded(openModelStage(script), {
      ...rest,
      content: parts,
      providerMetadata: told,
    });
    const whole = await generateText({ model: wrapped, prompt: "hello" });
    expect(JSON.stringify([whole.content, whole.finalStep]).includes("logprobs")).toBe(isThere);
    inner.doStream = () =>
      Promise.resolve({
        stream: convertArrayToReadableStream<LanguageModelV4StreamPart>([
          { type: "text-start", id: "1", providerMetadata: told },
          { type: "text-delta", id: "1", delta: "ada@example.org", providerMetadata: told },
          { type: "text-end", id: "1", citations: [cited], providerMetadata: told },
          { type: "finish", ...rest, providerMetadata: told },
        ]),
      });
    const { stream } = streamText({ model: wrapped, prompt: "hello" });
    const shown = JSON.stringify(await convertReadableStreamToArray(stream));
    expect(shown.includes("logprobs")).toBe(isThere);
  }
});

test("texts that are not to be redacted come as the model writes them", async () => {
  const { wrapped } = guarded(
    openModelStage(() => allow()),
    answer("hello Ada"),
  );
  const pieces: string[] = [];
  const { textStream } = streamText({ model: wrapped, prompt: "hello" });
  for await (const piece of textStream) pieces.push(piece);
  expect(pieces).toEqual(["hell", "o Ad", "a"]);
});

test("a reader who leaves ends the call, with an outcome", async () => {
  const stage = openModelStage(() => allow());
  const { wrapped } = guarded(stage, answer("hello Ada"));
  const { stream } = await (
    wrapped as Parameters<NonNullable<LanguageModelV4Middleware["wrapStream"]>>[0]["model"]
  ).doStream({ prompt: [] });
  const reader = stream.getReader();
  await reader.read();
  await reader.cancel();
  expect(stage.world.entries("outcome")).toMatchObject([{ status: "aborted" }]);
});
