import type { BuiltinDeclaration, Compiler } from "@scopeward/sdk";
import type { CompilerErrorCode } from "./compiler-error.ts";

/** What the compiler's thread can be asked. */
export type Operation = Exclude<keyof Compiler, "close">;

/** Options of an operation, as the port declares them. */
export type OptionsOf<O extends Operation> = Parameters<Compiler[O]>[0];

/** Result of an operation, as the port declares it. */
export type ResultOf<O extends Operation> = Awaited<ReturnType<Compiler[O]>>;

/** One operation, sent to the thread when it has answered the one before. */
export type ThreadRequest = {
  readonly [O in Operation]: { readonly operation: O; readonly options: OptionsOf<O> };
}[Operation];

/** What the thread says: once that it is warm, then one answer to each request. */
export type ThreadReply =
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly result: ResultOf<Operation> }
  | { readonly kind: "fault"; readonly code: CompilerErrorCode; readonly message: string };

/** What the thread is started with: the host, without anything that cannot be sent. */
export interface ThreadData {
  readonly hostBuiltins: readonly string[];
  readonly pluginBuiltins: readonly BuiltinDeclaration[];
  readonly pluginModules: readonly string[];
}
