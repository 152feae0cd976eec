import type { Decision, JsonObject } from "@scopeward/core";
import { engineDeny } from "@scopeward/core";
import type { Execution, ToolBody, ToolCall } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import { parked } from "./approval-interrupt.ts";
import { errorMessage } from "./error-message.ts";
import { GeneratorPieces, isGenerator } from "./generator-pieces.ts";
import type { GuardToolOptions } from "./guard-tool.ts";
import { transformedResult } from "./result-parts.ts";
import { callerOf, insideOf, isSignal, surroundingsOf } from "./tool-run.ts";
import type { ToolRunConfig } from "./tool-run.ts";
import { parsedBySchema, policyArguments, toolArguments } from "./tool-schema.ts";

/** How LangChain calls the inside of a tool. */
export type LangChainCall = (input: unknown, second?: unknown, third?: unknown) => unknown;

/** Stands before the body of one tool. Decides nothing: asks the Enforcer, and does as it says. */
export class ToolGuard {
  readonly #name: string;
  readonly #schema: unknown;
  readonly #body: LangChainCall;
  readonly #options: GuardToolOptions;
  readonly #isPair: boolean;

  constructor(
    tool: { readonly name: string; readonly schema: unknown },
    body: LangChainCall,
    options: GuardToolOptions,
  ) {
    this.#name = tool.name;
    this.#schema = tool.schema;
    this.#body = body;
    this.#options = options;
    this.#isPair = Reflect.get(tool, "responseFormat") === "content_and_artifact";
  }

  /**
   * Has LangChain parse the arguments and go on to `run`; what does not come that far is written down.
   * @param attempt - calls what it is given once the arguments are parsed.
   */
  async parse(
    input: unknown,
    config: unknown,
    attempt: (parsed: () => void) => Promise<unknown>,
  ): Promise<unknown> {
    let isParsed = false;
    try {
      return await attempt(() => (isParsed = true));
    } catch (error) {
      if (isParsed) throw error;
      const run = configOf(config);
      const parse = (): Promise<never> => Promise.reject(error);
      const call = { ...this.#callIn(run), args: input, arguments: { parse } };
      const refused = await this.#options.enforcer.authorize(call);
      // The model may read what its schema says, but not who is nobody.
      if (refused.kind !== "deny" || isAboutArguments(refused.decision)) throw error;
      return await this.#refusal(denialOf(refused.decision).message, run);
    }
  }

  /** In the place of the tool's body: arguments are parsed here, and every caller comes by. */
  async run(input: unknown, runManager?: unknown, config?: unknown): Promise<unknown> {
    const { toPolicyArgs, fromPolicyArgs } = this.#options;
    const run = configOf(config);
    const isText = typeof input !== "object" && toPolicyArgs === undefined;
    let generator: GeneratorPieces | undefined;
    const body: ToolBody<unknown, unknown> = {
      name: this.#name,
      execute: async (decided) => {
        const args = isText ? toolArguments(decided as JsonObject) : decided;
        const result = await insideOf(run, () =>
          this.#body(args, runManager, configWith(config, args)),
        );
        if (!isGenerator(result)) return result;
        generator = new GeneratorPieces(result, (step) => insideOf(run, step));
        return generator.pieces();
      },
      parts: (result, transform) => transformedResult(result, transform, this.#isPair),
      isSignal,
    };
    const call: ToolCall = {
      ...this.#callIn(run),
      args: isText ? policyArguments(input) : input,
      arguments: {
        parse: (args) => parsedBySchema(this.#schema, args),
        ...(toPolicyArgs === undefined ? {} : { toPolicyArgs }),
        ...(fromPolicyArgs === undefined ? {} : { fromPolicyArgs }),
      },
    };
    const execution = await this.#executed(call, body);
    if (typeof execution === "string") return await this.#refusal(execution, run);
    const { result } = execution;
    return generator === undefined ? result : this.#replayed(generator, result, run);
  }

  /** What the tool gave, or what the model is told instead. */
  async #executed(
    call: ToolCall,
    body: ToolBody<unknown, unknown>,
  ): Promise<Extract<Execution<unknown>, { kind: "done" }> | string> {
    const { enforcer } = this.#options;
    let run = await enforcer.run(call, body);
    if (run.kind === "approval") {
      const approval = await parked(run, this.#name, call.callId);
      if (approval !== undefined) run = await enforcer.run({ ...call, approval }, body);
    }
    if (run.kind === "done") return run;
    return denialOf(run.decision, run.kind === "approval" ? run.approval.id : undefined).message;
  }

  // What is withheld in the midst of a stream is told like any other deny.
  async *#replayed(
    generator: GeneratorPieces,
    pieces: unknown,
    run: ToolRunConfig,
  ): AsyncGenerator<unknown, unknown> {
    try {
      return yield* generator.replay(pieces as AsyncIterable<unknown>);
    } catch (error) {
      const { EnforcerError } = await import("@scopeward/sdk/enforcer");
      if (!EnforcerError.is(error)) throw error;
      return await this.#refusal(denialOf(engineDeny(error.code)).message, run);
    }
  }

  #callIn(run: ToolRunConfig): ToolCall {
    const { enforcer, principal } = this.#options;
    return { ...callerOf(run, principal, enforcer), ...surroundingsOf(run), tool: this.#name };
  }

  /** A message where a model called, else the text. */
  async #refusal(text: string, { toolCall }: ToolRunConfig): Promise<unknown> {
    const id = toolCall?.id;
    const content = id === undefined ? text : await errorMessage(text, this.#name, id);
    return this.#isPair ? [content, undefined] : content;
  }
}

function configOf(config: unknown): ToolRunConfig {
  return typeof config === "object" && config !== null && !Array.isArray(config) ? config : {};
}

// A tool can read its call from the config as well: there too it finds what was decided on.
function configWith(config: unknown, args: unknown): unknown {
  const run = configOf(config);
  return run.toolCall === undefined ? config : { ...run, toolCall: { ...run.toolCall, args } };
}

function isAboutArguments({ reasons }: Decision): boolean {
  return reasons.every(
    ({ code }) => code === "engine:args_unparseable" || code === "engine:input_too_large",
  );
}
