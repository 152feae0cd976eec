import { answerBuiltin, loadPluginFunctions } from "../plugin/plugin-functions.ts";
import type { PluginFunctions } from "../plugin/plugin-functions.ts";
import { loadArtefact } from "./artefact.ts";
import { openReactor } from "./reactor.ts";
import type { Reactor } from "./reactor.ts";
import type { WasmModule } from "./web-assembly.ts";

// A large build takes hundreds of MiB, which an instance never gives back.
const maxIdleBytes = 1 << 30;

/** Keeps one warm instance of the reactor, and replaces it when it has failed or grown too large. */
export class ReactorSession {
  readonly #pluginModules: readonly string[];
  #functions: PluginFunctions = new Map();
  #loaded: Promise<PluginFunctions> | undefined;
  #module: Promise<WasmModule> | undefined;
  #reactor: Reactor | undefined;

  /** @param pluginModules - file URLs of the plugins, not imported before {@link loadPlugins}. */
  constructor(pluginModules: readonly string[]) {
    this.#pluginModules = pluginModules;
  }

  /**
   * Gets the module and an instance ready.
   * @throws CompilerError
   */
  async warm(): Promise<Reactor> {
    this.#module ??= loadArtefact();
    this.#reactor ??= await openReactor(await this.#module, (name, text) =>
      answerBuiltin(this.#functions, name, text),
    );
    return this.#reactor;
  }

  /**
   * Imports the plugins, for operations that call their builtins.
   * @throws CompilerError `plugin_unusable`.
   */
  async loadPlugins(): Promise<void> {
    this.#loaded ??= loadPluginFunctions(this.#pluginModules);
    this.#functions = await this.#loaded;
  }

  /**
   * Runs one request on the warm instance.
   * @throws CompilerError
   */
  async call(request: object): Promise<unknown> {
    const reactor = await this.warm();
    // Gone until it has answered: whatever is thrown leaves an instance that cannot be trusted.
    this.#reactor = undefined;
    const result = reactor.call(request);
    if (reactor.memoryBytes < maxIdleBytes) this.#reactor = reactor;
    return result;
  }
}
