import { WASI } from "node:wasi";
import { CompilerError } from "../compiler-error.ts";
import { captureStandardError } from "./standard-error.ts";
import { webAssembly } from "./web-assembly.ts";
import type { WasmModule } from "./web-assembly.ts";

/** Answers a plugin's builtin: name and arguments as JSON text in, JSON text out; never throws. */
export type AnswerBuiltin = (name: string, argumentsText: string) => string;

/** One running instance of OPA's compiler. */
export interface Reactor {
  /**
   * Runs one request to its end.
   * @returns the result, as the operation in `reactor/operations.go` gives it.
   * @throws CompilerError `failed` for a fault that the module reports, `crashed` when it ended. Either
   *   way the instance must not be asked again.
   */
  call(request: object): unknown;
  /** Bytes of its memory, which only grows. */
  readonly memoryBytes: number;
}

interface ReactorExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly buffer: (bytes: number) => number;
  readonly call: () => number;
  readonly output: () => number;
}

interface Answer {
  readonly result?: unknown;
  readonly fault?: { readonly message: string; readonly trace?: string };
}

// Go collects when its heap is five times what is in use, not twice: a quarter less time for some 60 MiB.
const collector = { GOGC: "400" };

/** Starts an instance, which takes about a tenth of a second. */
export async function openReactor(
  module: WasmModule,
  answerBuiltin: AnswerBuiltin,
): Promise<Reactor> {
  const wasi = new WASI({ version: "preview1", args: [], env: collector, preopens: {} });
  const memory = new ReactorMemory();
  const errors = captureStandardError(() => memory.exports.memory.buffer);
  let reply = new Uint8Array();
  const instance = await webAssembly.instantiate(module, {
    wasi_snapshot_preview1: { ...wasi.wasiImport, ...errors.imports(wasi.wasiImport) },
    // An exception must not pass through Go's frames, and neither function may call an export.
    scopeward: {
      host_builtin(name: number, nameLength: number, args: number, argsLength: number): number {
        reply = Buffer.from(
          answerBuiltin(memory.text(name, nameLength), memory.text(args, argsLength)),
        );
        return reply.length;
      },
      host_copy(destination: number): void {
        memory.bytes(destination, reply.length).set(reply);
        reply = new Uint8Array();
      },
    },
  });
  memory.exports = instance.exports as unknown as ReactorExports;
  wasi.initialize(instance);
  return {
    call(request) {
      try {
        const { result, fault } = memory.ask(JSON.stringify(request));
        if (fault !== undefined)
          throw new CompilerError("failed", fault.message, { cause: fault.trace });
        return result;
      } catch (cause) {
        if (CompilerError.is(cause)) throw cause;
        throw new CompilerError("crashed", errors.firstLine() ?? messageOf(cause), { cause });
      }
    },
    get memoryBytes() {
      return memory.exports.memory.buffer.byteLength;
    },
  };
}

class ReactorMemory {
  /** Set as soon as there is an instance. */
  exports!: ReactorExports;

  /** Made anew each time: the buffer is another one after the memory has grown. */
  bytes(pointer: number, length: number): Uint8Array {
    // Pointers come as signed numbers, and the memory can pass 2 GiB.
    return new Uint8Array(this.exports.memory.buffer, pointer >>> 0, length >>> 0);
  }

  text(pointer: number, length: number): string {
    return Buffer.from(this.bytes(pointer, length)).toString("utf8");
  }

  ask(request: string): Answer {
    const body = Buffer.from(request);
    this.bytes(this.exports.buffer(body.length), body.length).set(body);
    const length = this.exports.call();
    return JSON.parse(this.text(this.exports.output(), length)) as Answer;
  }
}

// The end of a WASI process is thrown as a symbol.
function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : "the module ended";
}
