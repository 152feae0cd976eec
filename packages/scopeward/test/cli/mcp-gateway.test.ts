import { PassThrough } from "node:stream";
import type { Enforcer } from "@scopeward/sdk";
import { expect, test } from "vitest";
import { openGateway } from "../../src/cli/mcp-gateway.ts";
import type { Gateway } from "../../src/cli/mcp-gateway.ts";
import { LineTransport } from "../../src/cli/mcp-lines.ts";

interface Opened {
  readonly gateway: Gateway;
  readonly notes: string[];
  /** What the client has got. */
  readonly got: () => readonly unknown[];
}

// A ping is not decided on.
const unasked: Partial<Enforcer> = {
  authorize: () => Promise.reject(new TypeError("a ping is decided on")),
};

/** Opens a gateway to a server that does this with a message, and has the client send one. */
async function opened(
  send: (message: object, receive: (message: object) => void) => void,
): Promise<Opened> {
  const [input, stdout] = [new PassThrough(), new PassThrough()];
  const server = {
    onmessage: (_message: object): void => undefined,
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send: async (message: object) => send(message, (answer) => server.onmessage(answer)),
  };
  const notes: string[] = [];
  const gateway = await openGateway({
    client: new LineTransport(input, stdout),
    server: server,
    enforcer: unasked as Enforcer,
    token: "none",
    prefix: "",
    note: (line) => void notes.push(line),
  });
  input.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
  await gateway.settled();
  const got = (): readonly unknown[] => {
    const text = (stdout.read() as Buffer | null)?.toString() ?? "";
    return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as unknown]));
  };
  return { gateway, notes, got };
}

test("an answer that is nested too deep to be written is an error of its request", async () => {
  const { notes, got } = await opened((_message, receive) => {
    let result: object = {};
    for (let depth = 0; depth < 100_000; depth++) result = { result };
    receive({ jsonrpc: "2.0", id: 1, result });
  });
  expect(got()).toMatchObject([{ id: 1, error: { code: -32_000 } }]);
  expect(notes).toHaveLength(1);
});

test("a server that answers with an HTTP status of its own is told by that, and by no more", async () => {
  const { notes, got } = await opened(() => {
    throw Object.assign(new Error("a body of theirs"), { status: 401 });
  });
  expect(got()).toMatchObject([{ id: 1, error: { code: -32_000 } }]);
  expect(notes.join()).toContain("401");
  expect(JSON.stringify([notes, got()])).not.toContain("theirs");
});
