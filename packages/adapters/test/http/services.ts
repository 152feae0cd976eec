import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { JsonObject } from "@scopeward/core";
import type { Enforcer } from "@scopeward/sdk";
import express from "express";
import type {
  ErrorRequestHandler,
  Request as ExpressRequest,
  Response as ExpressResponse,
} from "express";
import fastify from "fastify";
import type { FastifyRequest } from "fastify";
import { Hono } from "hono";
import type { Context } from "hono";
import { expressGuard, fastifyGuard, guardedCall, guardFetch, honoGuard } from "../../src/http.ts";
import type { Route, RouteBase } from "../../src/http.ts";
import { fetchServer } from "./fetch-server.ts";

/** One route, `POST /<tool>` with its arguments as JSON, told without any framework. */
export interface ServiceRoute {
  readonly tool: string;
  readonly parse: (args: unknown) => unknown;
  readonly run: (args: JsonObject) => unknown;
  /** In the place of the tool. */
  readonly access?: Pick<Extract<Route<never>, { keys: object }>, "keys" | "scope" | "feature">;
}

/** A service that listens. */
export interface Service {
  readonly url: string;
  close(): Promise<void>;
}

/** How a service is made of routes; without an Enforcer they are not protected. */
export type ServiceKind = keyof typeof servers;

/** What is common to all routes of a service. */
export type Guarding = Pick<RouteBase, "trustedProxies"> & { readonly enforcer: Enforcer };

/** Serves the routes on a free port. */
export async function openService(
  kind: ServiceKind,
  routes: readonly ServiceRoute[],
  guarding?: Guarding,
): Promise<Service> {
  const server = await servers[kind](routes, guarding);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const servers = {
  fetch: fetchService,
  express: expressService,
  fastify: fastifyService,
  hono: honoService,
};

/** All of them. */
export const serviceKinds = Object.keys(servers) as readonly ServiceKind[];

function routeOf<R>(
  { tool, parse, access }: ServiceRoute,
  guarding: Guarding,
  args: (request: R) => unknown,
): Route<R> {
  return access === undefined
    ? { ...guarding, tool, args, parse }
    : ({ ...guarding, ...access } as Route<R>);
}

function fetchService(routes: readonly ServiceRoute[], guarding?: Guarding): Server {
  const handlers = new Map(
    routes.map((route) => {
      const bare = async (request: Request): Promise<Response> =>
        Response.json(await route.run(route.parse(await request.json()) as JsonObject));
      if (guarding === undefined) return [route.tool, bare] as const;
      const guarded = guardFetch<[string | undefined]>(
        async (_request, { args }) => Response.json(await route.run(args)),
        {
          ...routeOf<Request>(route, guarding, async (request) => await request.json()),
          peer: (_request, peer) => peer,
        },
      );
      return [route.tool, guarded] as const;
    }),
  );
  return fetchServer(async (request, peer) => {
    const handler = handlers.get(new URL(request.url).pathname.slice(1));
    return (await handler?.(request, peer)) ?? new Response(null, { status: 404 });
  });
}

function expressService(routes: readonly ServiceRoute[], guarding?: Guarding): Server {
  const app = express();
  app.use(express.json());
  for (const route of routes) {
    const guards =
      guarding === undefined
        ? []
        : [expressGuard(routeOf<ExpressRequest>(route, guarding, ({ body }) => body as unknown))];
    app.all(
      `/${route.tool}`,
      ...guards,
      async (request: ExpressRequest, response: ExpressResponse) => {
        const args =
          guarding === undefined
            ? (route.parse(request.body) as JsonObject)
            : guardedCall(request).args;
        response.json(await route.run(args));
      },
    );
  }
  app.use(told);
  return createServer(app);
}

async function fastifyService(
  routes: readonly ServiceRoute[],
  guarding?: Guarding,
): Promise<Server> {
  const app = fastify();
  for (const route of routes) {
    const hooks =
      guarding === undefined
        ? {}
        : fastifyGuard(routeOf<FastifyRequest>(route, guarding, ({ body }) => body));
    app.all(`/${route.tool}`, { ...hooks }, async (request) => {
      const args =
        guarding === undefined
          ? (route.parse(request.body) as JsonObject)
          : guardedCall(request).args;
      return await route.run(args);
    });
  }
  await app.ready();
  return app.server;
}

const told: ErrorRequestHandler = (error, _request, response, _next) => {
  response.status(500).json({ error: String(error) });
};

interface Env {
  Bindings: { incoming: { socket: { remoteAddress: string | undefined } } };
}

function honoService(routes: readonly ServiceRoute[], guarding?: Guarding): Server {
  const app = new Hono<Env>();
  for (const route of routes) {
    if (guarding !== undefined) {
      const args = async ({ req }: Context<Env>): Promise<unknown> => await req.json();
      app.use(`/${route.tool}`, honoGuard(routeOf<Context<Env>>(route, guarding, args)));
    }
    app.all(`/${route.tool}`, async (context) => {
      const args =
        guarding === undefined
          ? (route.parse(await context.req.json()) as JsonObject)
          : guardedCall(context).args;
      return context.json((await route.run(args)) as JsonObject);
    });
  }
  app.onError((error, context) => context.json({ error: String(error) }, 500));
  return fetchServer((request, remoteAddress) =>
    app.fetch(request, { incoming: { socket: { remoteAddress } } }),
  );
}
