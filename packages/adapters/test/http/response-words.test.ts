import { createServer } from "node:http";
import type { Server, ServerResponse } from "node:http";
import express from "express";
import fastify from "fastify";
import type { FastifyReply } from "fastify";
import { describe, expect, test } from "vitest";
import type { World } from "../../src/conformance/world.ts";
import { expressGuard, fastifyGuard } from "../../src/http.ts";
import { asked, redactingWorld, secret } from "./wire.ts";

function expressServer({ enforcer }: World, handle: (response: ServerResponse) => void): Server {
  const app = express();
  app.get("/", expressGuard({ enforcer, tool: "export" }), (_request, response) => {
    handle(response);
  });
  return createServer(app);
}

async function fastifyServer(
  { enforcer }: World,
  handle: (reply: FastifyReply) => unknown,
): Promise<Server> {
  const app = fastify();
  const guard = fastifyGuard({ enforcer, tool: "export" });
  app.get("/", { ...guard }, (_request, reply) => handle(reply));
  await app.ready();
  return app.server;
}

describe("with express", () => {
  test("the handler's own words for a status are not beside what is redacted", async () => {
    const world = redactingWorld();
    const server = expressServer(world, (response) => {
      response.statusMessage = secret;
      response.end(secret);
    });
    const { words, body } = await asked(world, server);
    expect([words, body]).toEqual(["OK", "hidden"]);
  });

  test("nothing of a result that is withheld is in status or trailers", async () => {
    const world = redactingWorld();
    const server = expressServer(world, (response) => {
      response.statusCode = 206;
      response.statusMessage = secret;
      response.setHeader("content-length", "4");
      response.addTrailers({ "x-found": secret });
      response.end("part");
    });
    const { status, everything } = await asked(world, server, { te: "trailers" });
    expect(status).toBe(403);
    expect(everything).not.toContain(secret);
  });
});

describe("with fastify", () => {
  test("nothing of a result that is withheld is in status or trailers", async () => {
    const world = redactingWorld();
    const server = await fastifyServer(world, (reply) => {
      reply.raw.statusMessage = secret;
      reply.trailer("x-found", (_reply, _payload, done) => done(null, secret));
      return reply.code(206).send("part");
    });
    const { status, everything } = await asked(world, server, { te: "trailers" });
    expect(status).toBe(403);
    expect(everything).not.toContain(secret);
  });

  test("what it sends itself goes out redacted", async () => {
    const world = redactingWorld();
    const server = await fastifyServer(world, (reply) => reply.code(201).send(secret));
    expect(await asked(world, server)).toMatchObject({ status: 201, body: "hidden" });
  });

  test.each<[string, (reply: FastifyReply) => void]>([
    ["writes past it", ({ raw }) => void raw.end(secret)],
    [
      "takes the reply from it",
      (reply) => {
        reply.hijack();
        reply.raw.write(secret);
        reply.raw.end();
      },
    ],
  ])("a handler that %s gets nothing out that is to be redacted", async (_, handle) => {
    const world = redactingWorld();
    const server = await fastifyServer(world, handle);
    await expect(asked(world, server)).rejects.toThrow(/socket hang up|ECONNRESET/u);
    expect(world.outcomes("export")).toEqual(["aborted"]);
  });
});
