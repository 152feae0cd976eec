import type { Compiler, CompilerHost } from "@scopeward/sdk";
import { CompilerThread } from "./compiler-thread.ts";
import { suiteTimeMs } from "./suite-time.ts";

/**
 * Opens the compiler. Its thread starts warming at once, and does not keep the process alive while
 * no operation is pending.
 *
 * @example
 * const compiler = await openCompiler({ hostBuiltins, pluginBuiltins: [], pluginModules: [] });
 * const { problems } = await compiler.check({ files: { "features/chatbot.rego": source } });
 * await compiler.close();
 */
export async function openCompiler(host: CompilerHost): Promise<Compiler> {
  return await Promise.resolve(startCompiler(host));
}

/** As {@link openCompiler}, with another hard time limit of an operation, in milliseconds. */
export function startCompiler(host: CompilerHost, timeLimitMs: number = 120_000): Compiler {
  const { hostBuiltins, pluginBuiltins, pluginModules } = host;
  const thread = new CompilerThread(
    {
      hostBuiltins: [...hostBuiltins],
      // A plugin's builtin has its function beside the declaration, and a function cannot be sent.
      pluginBuiltins: pluginBuiltins.map(({ name, decl }) => ({ name, decl })),
      pluginModules: [...pluginModules],
    },
    timeLimitMs,
  );
  return {
    check: async (options) => await thread.run("check", options),
    build: async (options) => await thread.run("build", options),
    // The limits of single tests and evaluations are the module's to keep: the hard one comes on top.
    test: async (options) => await thread.run("test", options, suiteTimeMs(options)),
    format: async (options) => await thread.run("format", options),
    inspect: async (options) => await thread.run("inspect", options),
    evaluate: async (options) => await thread.run("evaluate", options, options.timeoutMs),
    close: async () => await thread.close(),
  };
}
