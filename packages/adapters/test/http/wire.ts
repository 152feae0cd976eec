import { once } from "node:events";
import { get } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { allow } from "../../src/conformance/scripted-policy.ts";
import { World } from "../../src/conformance/world.ts";
import { httpHarness } from "./harness.ts";

export const secret = "ada@example.org";

/** What a client gets, the words of the status and the trailers too. */
export interface Wire {
  readonly status: number | undefined;
  readonly words: string | undefined;
  readonly body: string;
  /** All of it, as one text. */
  readonly everything: string;
}

/** A world in which mail addresses are redacted out of what the tool `export` gives. */
export function redactingWorld(): World {
  const world = new World(httpHarness("fetch"), false);
  const pattern = "[a-z]+@example\\.org";
  const obligations = [{ type: "redact_result", pattern, replacement: "hidden" }];
  world.load({ export: ({ phase }) => (phase === "call" ? allow({ obligations }) : allow()) });
  onTestFinished(() => world.close());
  return world;
}

/** Asks a server once, with a key that may. Rejects where the connection ends without an answer. */
export async function asked(
  world: World,
  server: Server,
  more: OutgoingHttpHeaders = {},
): Promise<Wire> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  const { token } = world.keys.issue("ada", ["conformance:use"]);
  const headers = { authorization: `Bearer ${token}`, ...more };
  const request = get({ host: "127.0.0.1", port, headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  const { statusCode: status, statusMessage: words, rawHeaders, rawTrailers } = response;
  const everything = [words, ...rawHeaders, body, ...rawTrailers].join("\n");
  return { status, words, body, everything };
}
