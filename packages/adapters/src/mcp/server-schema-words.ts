import type { JsonObject } from "@scopeward/core";
import type { ToolArguments } from "@scopeward/sdk";
import { SchemaRefusal } from "./server-registrations.ts";

/** Keeps what a tool's schema said of arguments that it refused: a model mends them by it. */
export class SchemaWords {
  readonly arguments: ToolArguments;
  #refusal: string | undefined;

  constructor(how: ToolArguments) {
    const { parse } = how;
    this.arguments = { ...how, ...(parse === undefined ? {} : { parse: this.#listen(parse) }) };
  }

  /** Undefined where the arguments fit. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  #listen(parse: NonNullable<ToolArguments["parse"]>): (args: JsonObject) => Promise<unknown> {
    return async (args) => {
      try {
        return await parse(args);
      } catch (error) {
        if (error instanceof SchemaRefusal) this.#refusal = error.message;
        throw error;
      }
    };
  }
}
