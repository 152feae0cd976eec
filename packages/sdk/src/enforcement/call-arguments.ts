import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@scopeward/core";
import { isJsonObject } from "@scopeward/core";
import type { ToolArguments } from "./call.ts";
import { plainJson } from "./plain-json.ts";

/** Arguments as a policy sees them, deep-frozen; or why there are none. */
export type ReadArguments =
  | { readonly kind: "read"; readonly args: JsonObject }
  | {
      readonly kind: "refused";
      readonly code: "engine:args_unparseable" | "engine:input_too_large";
      readonly detail: string;
    };

/** How the arguments of one tool are read, checked by its schema, and given to it. */
export class CallArguments {
  readonly #how: ToolArguments;
  readonly #maxBytes: number;

  constructor(how: ToolArguments, maxBytes: number) {
    this.#how = how;
    this.#maxBytes = maxBytes;
  }

  /** Reads what a framework gave. */
  async read(given: unknown): Promise<ReadArguments> {
    const { toPolicyArgs, fromPolicyArgs } = this.#how;
    if (toPolicyArgs === undefined && fromPolicyArgs === undefined) {
      return await this.#parsed(this.#plain(given ?? {}));
    }
    if (toPolicyArgs === undefined || fromPolicyArgs === undefined) {
      return refused("have `toPolicyArgs` or `fromPolicyArgs` without the other");
    }
    try {
      return this.#plain(toPolicyArgs(given));
    } catch {
      return refused("could not be turned into what a policy sees");
    }
  }

  /** Reads what a policy rewrote: it goes through the tool's schema like everything else. */
  async reread(rewritten: JsonObject): Promise<ReadArguments> {
    const plain = this.#plain(rewritten);
    return this.#how.fromPolicyArgs === undefined ? await this.#parsed(plain) : plain;
  }

  /**
   * What the tool is given.
   * @throws whatever `fromPolicyArgs` throws.
   */
  forTool(args: JsonObject): unknown {
    return this.#how.fromPolicyArgs === undefined ? args : this.#how.fromPolicyArgs(args);
  }

  // Parsed until nothing changes, twice at most: defaults come in at the first time. A schema that
  // changes its own output each time would show the tool something else than the policy.
  async #parsed(read: ReadArguments): Promise<ReadArguments> {
    if (this.#how.parse === undefined || read.kind === "refused") return read;
    const first = await this.#parse(read.args);
    if (first.kind === "refused" || isDeepStrictEqual(first.args, read.args)) return first;
    const second = await this.#parse(first.args);
    if (second.kind === "refused" || isDeepStrictEqual(second.args, first.args)) return second;
    return refused("are changed by the tool's schema each time they are parsed");
  }

  async #parse(args: JsonObject): Promise<ReadArguments> {
    try {
      return this.#plain(await this.#how.parse?.(args));
    } catch {
      return refused("do not fit the tool's schema");
    }
  }

  #plain(value: unknown): ReadArguments {
    const copy = plainJson(value, this.#maxBytes);
    if (copy.kind === "refused") {
      return refused(
        `are refused: the value ${copy.detail}`,
        copy.tooLarge ? "engine:input_too_large" : undefined,
      );
    }
    return isJsonObject(copy.value)
      ? { kind: "read", args: copy.value }
      : refused("are no object; give the tool `toPolicyArgs` and `fromPolicyArgs`");
  }
}

function refused(
  detail: string,
  code: "engine:args_unparseable" | "engine:input_too_large" = "engine:args_unparseable",
): ReadArguments {
  return { kind: "refused", code, detail: `the arguments ${detail}` };
}
