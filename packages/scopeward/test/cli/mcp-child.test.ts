import { expect, onTestFinished, test } from "vitest";
import { startChild } from "../../src/cli/mcp-child.ts";
import type { ChildServer } from "../../src/cli/mcp-child.ts";

/** A server that says a message once it is ready. */
async function started(
  code: string,
): Promise<{ readonly child: ChildServer; readonly said: unknown }> {
  const child = await startChild(process.execPath, ["--input-type=module", "--eval", code]);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  Object.assign(child.transport, { onmessage: resolve });
  await child.transport.start();
  return { child, said: await promise };
}

const deaf = `
process.on("SIGTERM", () => undefined);
setInterval(() => undefined, 1000);
console.log("{}");
`;

test("a server that has no ear for a signal is ended after a while", async () => {
  const { child } = await started(deaf);
  child.signal("SIGTERM");
  expect(await child.exited).toBe(137);
});

test("a server that ends neither with its input nor by a signal is ended", async () => {
  const { child } = await started(deaf);
  await child.stop();
  expect(await child.exited).toBe(137);
});

const parent = `
import { spawn } from "node:child_process";
const stdio = ["ignore", "inherit", "ignore"];
const { pid } = spawn(process.execPath, ["--eval", "setTimeout(() => undefined, 30000)"], { stdio });
console.log(JSON.stringify({ pid }));
process.stdin.resume().on("end", () => process.exit(4));
`;

test("what a server leaves behind with its output in hand does not keep us", async () => {
  const { child, said } = await started(parent);
  const { pid } = said as { readonly pid: number };
  onTestFinished(() => void process.kill(pid, "SIGKILL"));
  const closed = new Promise<void>(
    (resolve) => void Object.assign(child.transport, { onclose: resolve }),
  );
  await child.stop();
  expect(await child.exited).toBe(4);
  await closed;
});
