import type { DefineCommand } from "./command-definition.ts";

/** The name of a command. */
export type Verb =
  | "approvals"
  | "build"
  | "check"
  | "eval"
  | "fmt"
  | "init"
  | "inspect"
  | "keys"
  | "mcp"
  | "shadow"
  | "test";

/** The commands, in the order in which help shows them; each module is loaded when asked for. */
export const commandTable: Readonly<Record<Verb, () => Promise<DefineCommand>>> = {
  init: async () => (await import("./commands/init.ts")).initCommand,
  check: async () => (await import("./commands/check.ts")).checkCommand,
  test: async () => (await import("./commands/test.ts")).testCommand,
  fmt: async () => (await import("./commands/fmt.ts")).fmtCommand,
  build: async () => (await import("./commands/build.ts")).buildCommand,
  inspect: async () => (await import("./commands/inspect.ts")).inspectCommand,
  eval: async () => (await import("./commands/eval.ts")).evalCommand,
  keys: async () => (await import("./commands/keys.ts")).keysCommand,
  approvals: async () => (await import("./commands/approvals.ts")).approvalsCommand,
  shadow: async () => (await import("./commands/shadow.ts")).shadowCommand,
  mcp: async () => (await import("./commands/mcp.ts")).mcpCommand,
};

/** Whether a word names a command. */
export function isVerb(word: string): word is Verb {
  return Object.hasOwn(commandTable, word);
}
