import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { Enforcer } from "@scopeward/sdk";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { describe, expect, onTestFinished, test } from "vitest";
import { allow, deny } from "../../src/conformance/scripted-policy.ts";
import type { Script } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { expressGuard, fastifyGuard, guardFetch, honoGuard } from "../../src/http.ts";
import { fetchServer } from "./fetch-server.ts";
import { httpHarness } from "./harness.ts";

/** A body as a handler sends it: in pieces. */
interface Body {
  readonly pieces: readonly (string | Uint8Array)[];
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const redact: Script = ({ phase }) =>
  phase === "call"
    ? allow({
        obligations: [
          { type: "redact_result", pattern: "[a-z]+@[a-z]+\\.[a-z]+", replacement: "hidden" },
        ],
      })
    : allow();

const servers: Readonly<
  Record<string, (enforcer: Enforcer, body: Body) => Server | Promise<Server>>
> = {
  fetch: (enforcer, body) =>
    fetchServer(guardFetch(() => responseOf(body), { enforcer, tool: "export" })),
  hono: (enforcer, body) => {
    const app = new Hono();
    app.use(async (context, next) => {
      context.res.headers.set("access-control-allow-origin", "*");
      context.res.headers.set("cache-control", "public");
      await next();
    });
    app.get("/", honoGuard({ enforcer, tool: "export" }), () => responseOf(body));
    return fetchServer((request) => app.fetch(request));
  },
  express: (enforcer, { pieces, status = 200, headers = {} }) => {
    const app = express();
    app.use((_request, response, next) => {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("cache-control", "public");
      next();
    });
    app.get("/", expressGuard({ enforcer, tool: "export" }), (_request, response) => {
      response.writeHead(status, headers);
      Readable.from(pieces).pipe(response);
    });
    return createServer(app);
  },
  fastify: async (enforcer, { pieces, status = 200, headers = {} }) => {
    const app = fastify();
    app.addHook("onRequest", (_request, reply, done) => {
      reply.header("access-control-allow-origin", "*");
      reply.header("cache-control", "public");
      done();
    });
    const guard = fastifyGuard({ enforcer, tool: "export" });
    app.get("/", { ...guard }, (_request, reply) =>
      reply.code(status).headers(headers).send(Readable.from(pieces)),
    );
    await app.ready();
    return app.server;
  },
};

function responseOf({ pieces, status = 200, headers = {} }: Body): Response {
  const bytes = pieces.map((piece) => Buffer.from(piece));
  return new Response(Readable.toWeb(Readable.from(bytes)) as ReadableStream, { status, headers });
}

describe.each(Object.keys(servers))("with %s", (kind) => {
  async function get(script: Script, body: Body): Promise<Response> {
    const world = new World(httpHarness("fetch"), false);
    world.load({ export: script });
    const server = await servers[kind]!(world.enforcer, body);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await world.close();
    });
    const { port } = server.address() as AddressInfo;
    const { token } = world.keys.issue("ada", ["conformance:use"]);
    const headers = { authorization: `Bearer ${token}` };
    return await fetch(`http://127.0.0.1:${String(port)}/`, { headers });
  }

  const pieces = ["mail ada@exa", "mple.org", " or bob@example.org"];

  test("a body in pieces goes out as it is", async () => {
    const response = await get(() => allow(), { pieces, status: 201, headers: { "x-own": "1" } });
    expect([response.status, response.headers.get("x-own")]).toEqual([201, "1"]);
    expect(await response.text()).toBe(pieces.join(""));
  });

  test("a body that is no text goes out as it is", async () => {
    const response = await get(() => allow(), { pieces: [new Uint8Array([0xff, 0xfe, 0x00])] });
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0xff, 0xfe, 0x00]);
  });

  test("a body in pieces is redacted across them", async () => {
    const headers = { etag: '"1"', "x-own": "1" };
    const response = await get(redact, { pieces, status: 201, headers });
    expect([response.status, response.headers.get("x-own")]).toEqual([201, "1"]);
    expect(response.headers.get("etag")).toBeNull();
    expect(await response.text()).toBe("mail hidden or hidden");
  });

  test.each<[string, Body]>([
    ["is no text", { pieces: [new Uint8Array([0xff, 0xfe, 0x00])] }],
    [
      "is compressed",
      { pieces: [gzipSync("ada@example.org")], headers: { "content-encoding": "gzip" } },
    ],
    ["is a part", { pieces, status: 206, headers: { "x-own": "1" } }],
    [
      "is written in another way",
      { pieces: ["ada@example.org"], headers: { "content-type": "text/plain; charset=utf-16le" } },
    ],
  ])("a body that is to be redacted and %s is withheld", async (_, body) => {
    const response = await get(redact, body);
    const text = await response.text();
    expect(response.status).toBe(403);
    expect(JSON.parse(text)).toMatchObject({ codes: ["engine:obligation_failed"] });
    expect(text).not.toContain("ada");
    expect(response.headers.get("x-own")).toBeNull();
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("access-control-allow-origin")).toBe(kind === "fetch" ? null : "*");
  });

  test("what other middleware said before stays with a denial", async () => {
    const response = await get(() => deny("notes_closed"), { pieces });
    expect(response.status).toBe(403);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("access-control-allow-origin")).toBe(kind === "fetch" ? null : "*");
  });
});
