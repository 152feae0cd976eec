import { PassThrough } from "node:stream";
import { fc, test } from "@fast-check/vitest";
import { expect, test as example } from "vitest";
import { LineTransport } from "../../src/cli/mcp-lines.ts";

interface Line {
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly transport: LineTransport;
  readonly messages: unknown[];
  readonly refused: string[];
}

async function open(): Promise<Line> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const transport = new LineTransport(input, output);
  const messages: unknown[] = [];
  const refused: string[] = [];
  Object.assign(transport, {
    onmessage: (message: unknown) => void messages.push(message),
    onrefused: (reason: string) => void refused.push(reason),
  });
  await transport.start();
  return { input, output, transport, messages, refused };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test.prop([
  fc.array(fc.record({ a: fc.string({ unit: "grapheme" }) })),
  fc.integer({ min: 1, max: 7 }),
])("messages are what they are, however the bytes arrive", async (sent, size) => {
  const { input, messages, refused } = await open();
  const bytes = Buffer.from(sent.map((message) => `${JSON.stringify(message)}\r\n\n`).join(""));
  for (let at = 0; at < bytes.length; at += size) input.write(bytes.subarray(at, at + size));
  await settled();
  expect(messages).toEqual(sent);
  expect(refused).toEqual([]);
});

example("a line that is no message is told, and those after it are read", async () => {
  const { input, messages, refused } = await open();
  input.write('log\n{"a":1,"a":2}\n[]\n[{"b":1},{"b":2}]\n{"c":1}\n');
  await settled();
  expect(refused).toEqual(["syntax", "duplicate", "batch"]);
  expect(messages).toEqual([{ b: 1 }, { b: 2 }, { c: 1 }]);
});

example("a line without an end is not kept for ever", async () => {
  const { input, transport, refused } = await open();
  let isClosed = false;
  Object.assign(transport, { onclose: () => (isClosed = true) });
  for (let sent = 0; sent < 17; sent++) {
    input.write(Buffer.alloc(1024 * 1024, "a"));
    await settled();
  }
  expect(refused).toEqual(["length"]);
  expect(isClosed).toBe(true);
});

example("a message can be sent after the other side has ended its own", async () => {
  const { input, output, transport } = await open();
  const closed = new Promise<void>((resolve) => Object.assign(transport, { onclose: resolve }));
  input.end();
  await closed;
  await transport.send({ a: 1 });
  expect(String(output.read())).toBe('{"a":1}\n');
  output.destroy();
  await transport.send({ a: 2 });
});
