// The compiler's thread. Started by CompilerThread, which sends one request at a time.
import { parentPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { CompilerError } from "./compiler-error.ts";
import { Operations } from "./operations.ts";
import type {
  Operation,
  ResultOf,
  ThreadData,
  ThreadReply,
  ThreadRequest,
} from "./thread-message.ts";

if (parentPort === null) throw new TypeError("this module runs in a worker thread only");
await serve(parentPort, new Operations(workerData as ThreadData));

async function serve(port: MessagePort, operations: Operations): Promise<void> {
  const reply = (message: ThreadReply): void => port.postMessage(message);
  port.on("message", (request: ThreadRequest) => {
    void answer(operations, request).then(reply);
  });
  // The first operation tries again, and tells why it fails.
  await operations.warm().catch(() => undefined);
  reply({ kind: "ready" });
}

async function answer(operations: Operations, request: ThreadRequest): Promise<ThreadReply> {
  try {
    return { kind: "result", result: await run(operations, request) };
  } catch (error) {
    const known = CompilerError.is(error) ? error : undefined;
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: "fault",
      code: known?.code ?? "crashed",
      message: `\`${request.operation}\`: ${message}`,
    };
  }
}

async function run(
  operations: Operations,
  { operation, options }: ThreadRequest,
): Promise<ResultOf<Operation>> {
  switch (operation) {
    case "check":
      return await operations.check(options);
    case "build":
      return await operations.build(options);
    case "test":
      return await operations.test(options);
    case "format":
      return await operations.format(options);
    case "inspect":
      return await operations.inspect(options);
    case "evaluate":
      return await operations.evaluate(options);
  }
}
