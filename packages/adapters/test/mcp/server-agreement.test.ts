import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { JsonObject } from "@scopeward/core";
import { z } from "zod";
import { allow } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { harnessV1 } from "./harness-v1.ts";
import { connected, guard, sdks } from "./server-sdks.ts";

const segments = fc.array(
  fc.constantFrom("..", ".", "%2e%2e", "%2E", "a", "B", "c d", "é", "%41", "\\", "?q", "#f", ""),
  { minLength: 1, maxLength: 6 },
);

describe.each(sdks)("policies and a server of SDK $name agree", (sdk) => {
  test.prop([fc.constantFrom("file:///", "FILE://Host/", "notes:/", "notes:"), segments], {
    numRuns: 60,
  })("on the URI of whatever is read", async (base, path) => {
    const world = new World(harnessV1, false);
    try {
      world.load({ "resources/read": () => allow() });
      const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
      const read: string[] = [];
      for (const uri of ["file:///{+path}", "file://host/{+path}", "notes:{+path}"]) {
        const template = sdk.template(uri, () => ({ resources: [] }));
        server.registerResource(uri, template, {}, ({ href }: URL) => {
          read.push(href);
          return { contents: [] };
        });
      }
      const { token } = world.keys.issue("ada", ["conformance:use"]);
      const peer = await connected(sdk, server, token);
      await peer.request("resources/read", { uri: base + path.join("/") });
      const decided = world.policy.requests.findLast(({ phase }) => phase === "call");
      for (const uri of read) expect(decided?.args?.["uri"]).toBe(uri);
      await peer.close();
    } finally {
      await world.close();
    }
  });

  test.prop([fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })], {
    numRuns: 60,
  })("on the arguments of whatever runs", async (args) => {
    const world = new World(harnessV1, false);
    try {
      world.load({ run: () => allow() });
      const server = guard(sdk.mcpServer(), { enforcer: world.enforcer });
      const ran: unknown[] = [];
      const inputSchema = z.looseObject({
        limit: z.number().default(10),
        name: z.string().trim().optional(),
      });
      server.registerTool("run", { inputSchema }, (given: unknown) => {
        ran.push(given);
        return { content: [] };
      });
      const { token } = world.keys.issue("ada", ["conformance:use"]);
      const peer = await connected(sdk, server, token);
      const name = " a name ";
      for (const given of [args, { ...args, name }, { ...args, limit: 5 }]) {
        await peer.request("tools/call", { name: "run", arguments: given as JsonObject });
      }
      const decided = world.policy.requests.filter(({ phase }) => phase === "call");
      expect(ran).toEqual(decided.map((request) => request.args));
      await peer.close();
    } finally {
      await world.close();
    }
  });
});
