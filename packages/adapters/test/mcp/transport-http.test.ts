import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { HttpServerTransport, openHttpServer } from "../../src/mcp/transport-http.ts";

const url = new URL("http://notes.example/mcp");
const modern = { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };

interface Heard {
  readonly method: string | undefined;
  readonly body: { readonly method?: string; readonly id?: number };
  readonly headers: Headers;
  readonly signal: AbortSignal;
}

/** A transport whose requests a function answers. */
function transportTo(answer: (heard: Heard) => Promise<Response> | Response): {
  readonly transport: HttpServerTransport;
  readonly heard: Heard[];
  readonly messages: object[];
} {
  const heard: Heard[] = [];
  const messages: object[] = [];
  const transport = new HttpServerTransport(
    new StreamableHTTPClientTransport(url, {
      fetch: async (to, init) => {
        const { method, headers, signal } = new Request(to, init);
        const text = typeof init?.body === "string" ? init.body : "{}";
        const one = { method, headers, signal, body: JSON.parse(text) as Heard["body"] };
        heard.push(one);
        return await answer(one);
      },
    }),
  );
  Object.assign(transport, { onmessage: (message: object) => void messages.push(message) });
  return { transport, heard, messages };
}

function jsonAnswer({ body }: Heard, result: object): Response {
  const text = JSON.stringify({ jsonrpc: "2.0", id: body.id, result });
  return new Response(text, { headers: { "content-type": "application/json" } });
}

test("what was negotiated goes with every later request", async () => {
  const { transport, heard } = transportTo((one) =>
    jsonAnswer(one, { protocolVersion: "2025-11-25" }),
  );
  await transport.start();
  await transport.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: {} });
  await transport.send({ jsonrpc: "2.0", id: 2, method: "ping" });
  expect(heard.map(({ headers }) => headers.get("mcp-protocol-version"))).toEqual([
    null,
    "2025-11-25",
  ]);
  await transport.close();
});

test("a request of the later era is given up by ending its stream", async () => {
  const { transport, heard } = transportTo(
    ({ signal }) =>
      new Promise((_, reject) => {
        const end = (): void => reject(new DOMException("ended", "AbortError"));
        if (signal.aborted) end();
        signal.addEventListener("abort", end);
      }),
  );
  await transport.start();
  const sent = transport.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: modern });
  sent.catch(() => undefined);
  await transport.send({
    jsonrpc: "2.0",
    method: "notifications/cancelled",
    params: { requestId: 1 },
  });
  await expect(sent).rejects.toThrow("ended");
  expect(heard.map(({ body }) => body.method)).toEqual(["tools/call"]);
  await transport.close();
});

test("what follows a notification is sent once that has arrived", async () => {
  const arrived = Promise.withResolvers<Response>();
  const { transport, heard } = transportTo((one) =>
    one.body.id === undefined ? arrived.promise : jsonAnswer(one, {}),
  );
  await transport.start();
  const first = transport.send({ jsonrpc: "2.0", method: "notifications/roots/list_changed" });
  const second = transport.send({ jsonrpc: "2.0", id: 1, method: "ping" });
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toHaveLength(1);
  arrived.resolve(new Response(null, { status: 202 }));
  await Promise.all([first, second]);
  expect(heard).toHaveLength(2);
  await transport.close();
});

test("a stream that ends without an answer is an error of its request", async () => {
  const { transport, messages } = transportTo(
    () => new Response("", { headers: { "content-type": "text/event-stream" } }),
  );
  await transport.start();
  await transport.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: modern });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(messages).toMatchObject([{ id: 1, error: { code: -32_000 } }]);
  await transport.close();
});

test("a server that never answers the end of its session does not keep us", async () => {
  const { transport, heard } = transportTo((one) =>
    one.method === "DELETE"
      ? new Promise<Response>(() => undefined)
      : new Response(JSON.stringify({ jsonrpc: "2.0", id: one.body.id, result: {} }), {
          headers: { "content-type": "application/json", "mcp-session-id": "session" },
        }),
  );
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  };
  await transport.start();
  await transport.send({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  await transport.close();
  expect(heard.at(-1)?.method).toBe("DELETE");
});

test("headers are those that it is opened with", async () => {
  const transport = await openHttpServer({ url, headers: { authorization: "Bearer theirs" } });
  expect(transport).toBeInstanceOf(HttpServerTransport);
});
