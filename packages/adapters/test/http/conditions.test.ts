import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Enforcer } from "@scopeward/sdk";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { allow } from "../../src/conformance/scripted-policy.ts";
import { expressGuard, fastifyGuard, guardFetch, honoGuard } from "../../src/http.ts";
import { fetchServer } from "./fetch-server.ts";
import { asked, redactingWorld, secret } from "./wire.ts";

const tag = '"of-what-is-to-be-redacted"';

/** As a framework answers a request for what it knows already. */
function statusFor(condition: unknown): 200 | 304 {
  return condition === tag ? 304 : 200;
}

function fetched({ headers }: Request): Response {
  const status = statusFor(headers.get("if-none-match"));
  return new Response(status === 304 ? null : secret, { status });
}

const servers: Readonly<Record<string, (enforcer: Enforcer) => Server | Promise<Server>>> = {
  fetch: (enforcer) => fetchServer(guardFetch(fetched, { enforcer, tool: "export" })),
  hono: (enforcer) => {
    const app = new Hono();
    app.get("/", honoGuard({ enforcer, tool: "export" }), ({ req }) => fetched(req.raw));
    return fetchServer((request) => app.fetch(request));
  },
  express: (enforcer) => {
    const app = express();
    app.get("/", expressGuard({ enforcer, tool: "export" }), (request, response) => {
      response.status(statusFor(request.get("if-none-match"))).end(secret);
    });
    return createServer(app);
  },
  fastify: async (enforcer) => {
    const app = fastify();
    const guard = fastifyGuard({ enforcer, tool: "export" });
    app.get("/", { ...guard }, ({ headers }, reply) =>
      reply.code(statusFor(headers["if-none-match"])).send(secret),
    );
    await app.ready();
    return app.server;
  },
};

const kinds = Object.keys(servers);
const condition = { "if-none-match": tag };

test.each(kinds)("with %s nobody can find out by its tag what is redacted", async (kind) => {
  const world = redactingWorld();
  const answer = await asked(world, await servers[kind]!(world.enforcer), condition);
  expect([answer.status, answer.body]).toEqual([200, "hidden"]);
});

test.each(kinds)("with %s a client that has what is not redacted is told so", async (kind) => {
  const world = redactingWorld();
  world.load({ export: () => allow() });
  const answer = await asked(world, await servers[kind]!(world.enforcer), condition);
  expect(answer.status).toBe(304);
});

async function textOf({ req }: { req: { text(): Promise<string> } }): Promise<object> {
  return { text: await req.text() };
}

test("a handler behind one that read the body is given no condition either", async () => {
  const world = redactingWorld();
  const app = new Hono();
  const route = { enforcer: world.enforcer, tool: "export", args: textOf };
  app.all("/", honoGuard(route as never), async ({ req }) => {
    return new Response(`${await req.text()} ${String(req.header("if-none-match"))}`);
  });
  const { token } = world.keys.issue("ada", ["conformance:use"]);
  const headers = { ...condition, authorization: `Bearer ${token}` };
  const response = await app.request("/", { method: "POST", headers, body: "kept" });
  expect(await response.text()).toBe("kept undefined");
});
