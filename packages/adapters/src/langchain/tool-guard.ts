import type { Decision, JsonObject } from "@scopeward/core";
import { engineDeny } from "@scopeward/core";
import type { Execution, ToolBody, ToolCall } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import { approvalFor } from "./approval-interrupt.ts";
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
      return await this.#unparsed(input, configOf(config), error);
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

  /** Writes down what the schema refused. Its words are for those to whom the tool is offered. */
  async #unparsed(input: unknown, run: ToolRunConfig, error: unknown): Promise<unknown> {
    const { enforcer } = this.#options;
    const call = this.#callIn(run);
    const parse = (): Promise<never> => Promise.reject(error);
    const refused = await enforcer.authorize({ ...call, args: input, arguments: { parse } });
    if (refused.kind !== "deny") throw error;
    if (isAboutArguments(refused.decision)) {
      const listing = await enforcer.list({ ...call, tools: [this.#name] });
      if (listing.kind === "listed" && listing.tools.length > 0) throw error;
    }
    return await this.#refusal(denialOf(refused.decision).message, run);
  }

  /** What the tool gave, or what the model is told instead. */
  async #executed(
    call: ToolCall,
    body: ToolBody<unknown, unknown>,
  ): Promise<Extract<Execution<unknown>, { kind: "done" }> | string> {
    const { enforcer } = this.#options;
    let authorized = await enforcer.authorize(call);
    if (authorized.kind === "approval") {
      const approval = await approvalFor(enforcer, authorized, this.#name, call);
      if (approval === undefined) {
        return denialOf(authorized.decision, authorized.approval.id).message;
      }
      authorized = await enforcer.authorize({ ...call, approval });
    }
    if (authorized.kind !== "allow") return denialOf(authorized.decision).message;
    const execution = await enforcer.execute(authorized.permit, body);
    return execution.kind === "done" ? execution : denialOf(execution.decision).message;
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
