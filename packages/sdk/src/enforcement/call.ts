import type { JsonObject } from "@scopeward/core";
import type { Principal } from "../principal.ts";

/**
 * Who calls: a verified principal, or a token that is verified now. There is no call without one, and
 * a literal in place of a principal does not compile and is refused at run time.
 */
export type Caller =
  | { readonly principal: Principal; readonly token?: undefined; readonly address?: undefined }
  | {
      /** The text, or the secret that `issue` answered with. */
      readonly token: string | object;
      /** IP address of the peer, from the socket or a trusted proxy; never from what the peer says. */
      readonly address?: string;
      readonly principal?: undefined;
    };

/** What surrounds a call. Key, actors, time and address are not here: they come from the principal. */
export interface Surroundings {
  /** Ties calls of one conversation together. */
  readonly session?: string;
  /**
   * The framework's own id of the call: tells two equal calls apart, and is in the audit log. Where absent,
   * an approval is for the next equal call of the same key, in whichever session it comes.
   */
  readonly callId?: string;
  /** What the application itself knows of the call, such as taint flags; becomes `context.facts`. */
  readonly facts?: JsonObject;
  /** What the application knows of the subject, such as groups; a context provider's word wins. */
  readonly subjectProperties?: JsonObject;
  readonly signal?: AbortSignal;
}

/** How a tool's arguments are read, where plain JSON alone does not tell. */
export interface ToolArguments {
  /**
   * The tool's own schema: gives the parsed arguments, throws or rejects for what does not fit. What
   * it gives must be what it was given, once defaults are in: otherwise policy and tool would disagree.
   */
  readonly parse?: (args: JsonObject) => unknown;
  /** Turns arguments that are no plain JSON into what a policy can see. Only with `fromPolicyArgs`. */
  readonly toPolicyArgs?: (args: unknown) => unknown;
  /** Turns what was decided on into what the tool is given. Only with `toPolicyArgs`. */
  readonly fromPolicyArgs?: (args: JsonObject) => unknown;
}

/** One call of a tool. */
export type ToolCall = Caller &
  Surroundings & {
    /** Exact name, as the catalogue has it. */
    readonly tool: string;
    /** Schema-parsed where the framework gives them so; none is `{}`. */
    readonly args?: unknown;
    readonly arguments?: ToolArguments;
    /** The id of an approval: the call is resumed with it. */
    readonly approval?: string;
  };

/** One call of a model. */
export type ModelCall = Caller &
  Surroundings & {
    /** Exact name, as the catalogue has it. */
    readonly model: string;
    /** `chat` or `embeddings`; `chat` where absent. */
    readonly operation?: string;
    /**
     * The parameters that a policy may see and rewrite, by the names that providers use over HTTP:
     * `max_tokens`, `temperature`, `top_p`. No messages.
     */
    readonly args?: unknown;
    readonly approval?: string;
  };

/** Which of some tools may be offered. */
export type ToolListing = Caller &
  Surroundings & {
    /** Exact names. Give all of them each time: what was left out once may be allowed now. */
    readonly tools: readonly string[];
  };
