import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import {
  expressGuard,
  fastifyGuard,
  guardedCall,
  guardFetch,
  honoGuard,
} from "@scopeward/adapters/http";
import express from "express";
import type { Request as ExpressRequest } from "express";
import fastify from "fastify";
import type { FastifyRequest } from "fastify";
import { Hono } from "hono";
import type { Context } from "hono";
import type { Ward } from "scopeward";
import { z } from "zod";

/** The same service on each framework: `POST /query` and `GET /models`. */
export type ServiceKind = "fetch" | "express" | "fastify" | "hono";

/** A service that listens. */
export interface Service {
  readonly url: string;
  close(): Promise<void>;
}

const query = z.object({
  dataset: z.string(),
  query: z.string(),
  limit: z.number().optional(),
});

/** What `POST /query` answers: it knows nothing of keys or policies. */
function rowsFor({ limit }: { readonly limit?: unknown }): object {
  return { limit, rows: [{ order: "A-1", email: "ada@example.org" }] };
}

/** Serves it on a free port. */
export async function openService(kind: ServiceKind, ward: Ward): Promise<Service> {
  const server = await servers[kind](ward);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const servers: Readonly<Record<ServiceKind, (ward: Ward) => Server | Promise<Server>>> = {
  fetch: ({ enforcer, keys }) => {
    const rows = guardFetch((_request, { args }) => Response.json(rowsFor(args)), {
      enforcer,
      tool: "sql_query",
      args: async (request) => await request.json(),
      parse: (args) => query.parse(args),
    });
    const models = guardFetch(() => Response.json(["atlas-mini"]), {
      enforcer,
      keys,
      feature: "chatbot",
    });
    const fetch = async (request: Request): Promise<Response> =>
      new URL(request.url).pathname === "/query" ? await rows(request) : await models(request);
    return createAdaptorServer({ fetch }) as Server;
  },

  express: ({ enforcer, keys }) => {
    const app = express().use(express.json());
    const rows = expressGuard<ExpressRequest>({
      enforcer,
      tool: "sql_query",
      args: ({ body }) => body as unknown,
      parse: (args) => query.parse(args),
    });
    app.post("/query", rows, (request, response) => {
      response.json(rowsFor(guardedCall(request).args));
    });
    app.get(
      "/models",
      expressGuard({ enforcer, keys, feature: "chatbot" }),
      (_request, response) => {
        response.json(["atlas-mini"]);
      },
    );
    return createServer(app);
  },

  fastify: async ({ enforcer, keys }) => {
    const app = fastify();
    const rows = fastifyGuard<FastifyRequest>({
      enforcer,
      tool: "sql_query",
      args: ({ body }) => body,
      parse: (args) => query.parse(args),
    });
    app.post("/query", { ...rows }, (request) => rowsFor(guardedCall(request).args));
    const models = fastifyGuard({ enforcer, keys, feature: "chatbot" });
    app.get("/models", { ...models }, () => ["atlas-mini"]);
    await app.ready();
    return app.server;
  },

  hono: ({ enforcer, keys }) => {
    const app = new Hono();
    const rows = honoGuard<Context>({
      enforcer,
      tool: "sql_query",
      args: async ({ req }) => (await req.json()) as unknown,
      parse: (args) => query.parse(args),
    });
    app.post("/query", rows, (context) => context.json(rowsFor(guardedCall(context).args)));
    app.get("/models", honoGuard({ enforcer, keys, feature: "chatbot" }), (context) =>
      context.json(["atlas-mini"]),
    );
    return createAdaptorServer(app) as Server;
  },
};
