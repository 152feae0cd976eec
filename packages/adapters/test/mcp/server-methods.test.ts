import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { harnessV1 } from "./harness-v1.ts";
import type { RawClient } from "./raw-client.ts";
import type { AnyMcpServer, Sdk } from "./server-sdks.ts";
import { connected, guard, sdks } from "./server-sdks.ts";

const denied = -32_003;
const capabilities = {
  logging: {},
  resources: { subscribe: true },
  completions: {},
  tasks: { requests: { tools: { call: {} } } },
};
const worlds: World[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

interface Guarded {
  readonly world: World;
  readonly server: AnyMcpServer;
  readonly client: (scopes?: readonly string[]) => Promise<RawClient>;
}

/** A guarded server with something of each kind. */
function guarded(sdk: Sdk): Guarded {
  const world = new World(harnessV1, false);
  worlds.push(world);
  const server = guard(sdk.mcpServer({ capabilities }), { enforcer: world.enforcer });
  server.registerResource("diary", "file:///diary", {}, (uri: URL) => ({
    contents: [{ uri: uri.href, mimeType: "text/plain", text: "mail ada@example.org" }],
  }));
  const template = sdk.template("file:///pages/{page}", () => ({
    resources: [{ uri: "file:///pages/1", name: "page 1" }],
  }));
  server.registerResource("page", template, {}, (uri: URL) => ({
    contents: [{ uri: uri.href, text: "a page" }],
  }));
  const topic = sdk.completable(z.string().trim(), () => ["tea", "tigers"]);
  server.registerPrompt("essay", { argsSchema: { topic } }, (args: { topic: string }) => ({
    messages: [{ role: "user", content: { type: "text", text: `write of ${args.topic}` } }],
  }));
  return {
    world,
    server,
    client: () => connected(sdk, server, world.keys.issue("ada", ["conformance:use"]).token),
  };
}

describe.each(sdks)("the guard of a server of SDK $name", (sdk) => {
  it("decides on reading a resource, with its URI", async () => {
    const { world, client } = guarded(sdk);
    world.load({
      "resources/read": ({ args }) =>
        args?.["uri"] === "file:///diary" ? deny("diary_closed") : allow(),
    });
    const peer = await client();
    const page = await peer.request("resources/read", { uri: "file:///pages/1" });
    expect(page.result).toMatchObject({ contents: [{ text: "a page" }] });
    const diary = await peer.request("resources/read", { uri: "file:///diary" });
    expect(diary.error).toMatchObject({ code: denied, data: { codes: ["diary_closed"] } });
  });

  it("decides on the URI that the server looks up, however it is written", async () => {
    const { world, client } = guarded(sdk);
    world.load({
      "resources/read": ({ phase, args }) =>
        phase === "call" && args?.["uri"] === "file:///diary" ? deny("diary_closed") : allow(),
    });
    const peer = await client();
    for (const uri of [
      "file:///pages/../diary",
      "FILE:///diary",
      "file:///./diary",
      "file:/diary",
    ]) {
      const { error } = await peer.request("resources/read", { uri });
      expect(error?.data, uri).toMatchObject({ codes: ["diary_closed"] });
    }
  });

  it("lists resources, templates and prompts only to who may use them", async () => {
    const { world, client } = guarded(sdk);
    const peer = await client();
    world.load({ "resources/read": () => allow(), "prompts/get": () => allow() });
    const resources = (await peer.request("resources/list")).result?.["resources"];
    expect(resources).toHaveLength(2);
    const templates = (await peer.request("resources/templates/list")).result;
    expect(templates?.["resourceTemplates"]).toHaveLength(1);
    expect((await peer.request("prompts/list")).result?.["prompts"]).toHaveLength(1);
    world.load({});
    expect((await peer.request("resources/list")).result).toMatchObject({ resources: [] });
    const none = (await peer.request("resources/templates/list")).result;
    expect(none).toMatchObject({ resourceTemplates: [] });
    expect((await peer.request("prompts/list")).result).toMatchObject({ prompts: [] });
  });

  it("decides on a prompt with its name and parsed arguments", async () => {
    const { world, client } = guarded(sdk);
    world.load({
      "prompts/get": ({ args }) =>
        (args?.["arguments"] as { topic?: string } | undefined)?.topic === "war"
          ? deny("no_war")
          : allow(),
    });
    const peer = await client();
    const tea = await peer.request("prompts/get", { name: "essay", arguments: { topic: "tea" } });
    expect(JSON.stringify(tea.result)).toContain("write of tea");
    const war = await peer.request("prompts/get", { name: "essay", arguments: { topic: " war " } });
    expect(war.error?.data).toMatchObject({ codes: ["no_war"] });
  });

  it("decides on completion with what it completes", async () => {
    const { world, client } = guarded(sdk);
    const params = {
      ref: { type: "ref/prompt", name: "essay" },
      argument: { name: "topic", value: "t" },
    };
    const peer = await client();
    world.load({ "completion/complete": () => allow() });
    const completed = await peer.request("completion/complete", params);
    expect(completed.result).toMatchObject({ completion: { values: ["tea", "tigers"] } });
    const request = world.policy.requests.findLast(({ phase }) => phase === "call");
    expect(request?.args).toMatchObject(params);
    world.load({});
    expect((await peer.request("completion/complete", params)).error?.code).toBe(denied);
  });

  it("redacts the contents of resources, and of prompts", async () => {
    const { world, client } = guarded(sdk);
    const obligations = [
      { type: "redact_result", pattern: "[a-z]+@example\\.org|tea", replacement: "hidden" },
    ];
    const redacting = ({ phase }: { phase: string }): ReturnType<typeof allow> =>
      phase === "call" ? allow({ obligations }) : allow();
    world.load({ "resources/read": redacting, "prompts/get": redacting });
    const peer = await client();
    const diary = await peer.request("resources/read", { uri: "file:///diary" });
    expect(diary.result).toMatchObject({ contents: [{ text: "mail hidden" }] });
    const essay = await peer.request("prompts/get", { name: "essay", arguments: { topic: "tea" } });
    expect(JSON.stringify(essay.result)).toContain("write of hidden");
  });

  it("denies a method of its own that no policy names, with an audit entry", async () => {
    const { world, server, client } = guarded(sdk);
    const seen: unknown[] = [];
    sdk.handle(server.server, "acme/export", (params) => {
      seen.push(params);
      return { exported: true };
    });
    const peer = await client();
    world.load({});
    const closed = await peer.request("acme/export", { all: true });
    expect(closed.error).toMatchObject({ code: denied });
    expect(seen).toEqual([]);
    expect(world.decisions("acme/export")).toEqual(["deny"]);
    world.load({ "acme/export": ({ args }) => (args?.["all"] === true ? allow() : deny("all")) });
    expect((await peer.request("acme/export", { all: true })).result).toEqual({ exported: true });
  });

  it("denies what falls back to the handler for everything else", async () => {
    const { world, server, client } = guarded(sdk);
    server.server.fallbackRequestHandler = () => Promise.resolve({ open: true });
    world.load({});
    const peer = await client();
    expect((await peer.request("acme/anything")).error?.code).toBe(denied);
    expect((await peer.request("tasks/list")).result).toBeUndefined();
    world.load({ "acme/anything": () => allow() });
    expect((await peer.request("acme/anything")).result).toEqual({ open: true });
  });

  it("decides on a subscription, and lets it be ended", async () => {
    const { world, server, client } = guarded(sdk);
    const subscribed: unknown[] = [];
    sdk.handle(server.server, "resources/subscribe", (params) => {
      subscribed.push(params);
      return {};
    });
    sdk.handle(server.server, "resources/unsubscribe", () => ({}));
    world.load({
      "resources/subscribe": ({ args }) =>
        args?.["uri"] === "file:///diary" ? deny("diary_closed") : allow(),
    });
    const peer = await client();
    const diary = await peer.request("resources/subscribe", { uri: "file:///x/../diary" });
    expect(diary.error?.data).toMatchObject({ codes: ["diary_closed"] });
    const page = await peer.request("resources/subscribe", { uri: "file:///pages/1" });
    expect(page.result).toEqual({});
    expect(subscribed).toHaveLength(1);
    const ended = await peer.request("resources/unsubscribe", { uri: "file:///diary" });
    expect(ended.result).toEqual({});
  });

  it("answers what holds no data to anybody", async () => {
    const { server } = guarded(sdk);
    const nobody = await connected(sdk, server);
    expect((await nobody.request("ping")).result).toEqual({});
    expect((await nobody.request("logging/setLevel", { level: "error" })).result).toEqual({});
    for (const method of ["resources/list", "prompts/list", "resources/templates/list"]) {
      const { error } = await nobody.request(method);
      expect(error?.data, method).toMatchObject({ codes: ["key:malformed"] });
    }
  });

  it("neither offers nor runs a tool that is called like a method", async () => {
    const { world, server, client } = guarded(sdk);
    let runs = 0;
    server.registerTool("resources/read", {}, () => {
      runs += 1;
      return { content: [] };
    });
    world.load({ "resources/read": () => allow() });
    const peer = await client();
    expect((await peer.request("tools/list")).result?.["tools"]).toEqual([]);
    const called = await peer.request("tools/call", { name: "resources/read", arguments: {} });
    expect(called.result?.["isError"]).toBe(true);
    expect(runs).toBe(0);
  });

  it("denies a call as a task, whose result nothing would be done to", async () => {
    const { world, server, client } = guarded(sdk);
    let runs = 0;
    server.registerTool("open", {}, () => {
      runs += 1;
      return { content: [] };
    });
    world.load({ open: () => allow() });
    const peer = await client();
    const params = { name: "open", arguments: {}, task: { ttl: 1_000 } };
    expect((await peer.request("tools/call", params)).error).toBeDefined();
    expect(runs).toBe(0);
  });
});
