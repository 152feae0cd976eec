import { Worker } from "node:worker_threads";
import { CompilerError } from "./compiler-error.ts";
import type {
  Operation,
  OptionsOf,
  ResultOf,
  ThreadData,
  ThreadReply,
  ThreadRequest,
} from "./thread-message.ts";

interface Job {
  readonly request: ThreadRequest;
  readonly limitMs: number;
  readonly resolve: (result: ResultOf<Operation>) => void;
  readonly reject: (reason: CompilerError) => void;
}

// Reading, checking and compiling the module takes a third of a second.
const startLimitMs = 60_000;

/**
 * The worker thread that holds the compiler, and the queue before it. Operations run one after
 * another. A thread that dies or takes too long is replaced; only the operation that it was at fails.
 */
export class CompilerThread {
  readonly #data: ThreadData;
  readonly #limitMs: number;
  readonly #queue: Job[] = [];
  #worker: Worker | undefined;
  #isReady = false;
  #running: Job | undefined;
  #limit: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param limitMs - how long one operation may take, in milliseconds. */
  constructor(data: ThreadData, limitMs: number) {
    this.#data = data;
    this.#limitMs = limitMs;
    this.#worker = this.#start();
  }

  /**
   * Runs one operation when those before it are done.
   * @param moreMs - what the operation may take longer than the limit, in milliseconds.
   * @throws CompilerError
   */
  async run<O extends Operation>(
    operation: O,
    options: OptionsOf<O>,
    moreMs: number = 0,
  ): Promise<ResultOf<O>> {
    const { promise, resolve, reject } = Promise.withResolvers<ResultOf<Operation>>();
    if (this.#isClosed) throw closed();
    // TypeScript does not see that an operation and its own options are one of the requests.
    const request = { operation, options } as unknown as ThreadRequest;
    this.#queue.push({ request, limitMs: this.#limitMs + moreMs, resolve, reject });
    this.#next();
    return (await promise) as ResultOf<O>;
  }

  /** Ends the thread; what is pending rejects with `closed`. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const pending = this.#running === undefined ? this.#queue : [this.#running, ...this.#queue];
    for (const job of pending) job.reject(closed());
    this.#queue.length = 0;
    await this.#discard()?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL(import.meta.resolve("@scopeward/compiler/worker")), {
      name: "scopeward-compiler",
      workerData: this.#data,
      // node:wasi is stable enough for what is used here, and warns once in every process.
      execArgv: ["--disable-warning=ExperimentalWarning"],
      // The compiler recurses over the syntax tree: an object of 2,000 entries needs more than the usual 1 MB.
      resourceLimits: { stackSizeMb: 16, maxOldGenerationSizeMb: 2_048 },
    });
    const ifCurrent =
      <T>(listener: (value: T) => void) =>
      (value: T): void => {
        if (worker === this.#worker) listener(value);
      };
    worker.on(
      "message",
      ifCurrent<ThreadReply>((reply) => this.#receive(reply)),
    );
    worker.on(
      "error",
      ifCurrent<unknown>((cause) => this.#lose("crashed", reason(cause), cause)),
    );
    worker.on(
      "exit",
      ifCurrent<number>((code) => this.#lose("crashed", `its thread ended with ${code}`)),
    );
    worker.unref();
    return worker;
  }

  #next(): void {
    if (this.#running !== undefined || this.#isClosed) return;
    if (this.#queue.length === 0) {
      this.#worker?.unref();
      return;
    }
    this.#worker ??= this.#start();
    this.#worker.ref();
    if (this.#isReady) {
      this.#send(this.#worker, this.#queue.shift());
    } else if (this.#limit === undefined) {
      this.#setLimit(startLimitMs);
    }
  }

  #send(worker: Worker, job: Job | undefined): void {
    if (job === undefined) return;
    try {
      worker.postMessage(job.request);
    } catch (cause) {
      // A function or a proxy among the options.
      job.reject(new CompilerError("failed", "the options are not plain data", { cause }));
      this.#next();
      return;
    }
    this.#running = job;
    this.#setLimit(job.limitMs);
  }

  #receive(reply: ThreadReply): void {
    this.#clearLimit();
    const job = this.#running;
    this.#running = undefined;
    switch (reply.kind) {
      case "ready":
        this.#isReady = true;
        break;
      case "result":
        job?.resolve(reply.result);
        break;
      case "fault":
        job?.reject(new CompilerError(reply.code, reply.message));
        break;
    }
    this.#next();
  }

  /** Gives up the thread and what it was at, or what waited for its start. */
  #lose(code: "crashed" | "timeout", message: string, cause?: unknown): void {
    const job = this.#running ?? this.#queue.shift();
    void this.#discard()?.terminate();
    const name = job === undefined ? "" : `\`${job.request.operation}\`: `;
    job?.reject(new CompilerError(code, `${name}${message}`, { cause }));
    // Warm for the next operation; but a thread that cannot even start is not tried for nobody.
    if (job !== undefined) this.#worker = this.#start();
    this.#next();
  }

  #discard(): Worker | undefined {
    this.#clearLimit();
    const worker = this.#worker;
    this.#worker = undefined;
    this.#running = undefined;
    this.#isReady = false;
    return worker;
  }

  #setLimit(milliseconds: number): void {
    this.#limit = setTimeout(
      () => this.#lose("timeout", `took longer than ${milliseconds} ms and was ended`),
      // Beyond that a timer fires at once.
      Math.min(milliseconds, 2 ** 31 - 1),
    );
  }

  #clearLimit(): void {
    clearTimeout(this.#limit);
    this.#limit = undefined;
  }
}

function closed(): CompilerError {
  return new CompilerError("closed", "the compiler is closed");
}

function reason(cause: unknown): string {
  return `its thread failed: ${cause instanceof Error ? cause.message : String(cause)}`;
}
