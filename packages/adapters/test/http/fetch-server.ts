import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Readable } from "node:stream";

/** A handler of the Fetch API, with the address of the socket's other end beside the request. */
export type SocketHandler = (
  request: Request,
  peer: string | undefined,
) => Response | Promise<Response>;

/** Serves a handler of the Fetch API with `node:http`, as runtimes do that have it built in. */
export function fetchServer(handler: SocketHandler): Server {
  return createServer((incoming, outgoing) => void serve(handler, incoming, outgoing));
}

async function serve(
  handler: SocketHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const left = new AbortController();
  outgoing.once("close", () => left.abort());
  const headers = new Headers();
  const { rawHeaders, method = "GET", url = "/" } = incoming;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  const hasBody = method !== "GET" && method !== "HEAD";
  const request = new Request(new URL(url, "http://service.example"), {
    method,
    headers,
    signal: left.signal,
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: "half" } : {}),
  });
  const response = await answer(handler, request, incoming.socket.remoteAddress);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const chunk of response.body ?? []) outgoing.write(chunk);
  outgoing.end();
}

async function answer(
  handler: SocketHandler,
  request: Request,
  peer: string | undefined,
): Promise<Response> {
  try {
    return await handler(request, peer);
  } catch (error) {
    return Response.json({ error: String(error) }, { status: 500 });
  }
}
