import type { JsonObject } from "@scopeward/core";
import { denialOf } from "@scopeward/sdk";
import type { Authorization, Caller, Denial, Enforcer, Surroundings } from "@scopeward/sdk";
import type { Exchange } from "./transport-exchanges.ts";
import type { AnswerBody } from "./transport-message.ts";
import { errorParts } from "./transport-result.ts";
import type { ResultParts } from "./transport-result.ts";

/** Who asks, and of which Enforcer. */
export interface Decider {
  readonly enforcer: Enforcer;
  readonly caller: Caller;
  readonly session: string;
}

/** What is decided on, and what happens where it is allowed. */
export interface DecidedCall {
  /** As the policy names it. */
  readonly tool: string;
  readonly args: unknown;
  /** Gives the normal form of the arguments, where they have one; throws for what has none. */
  readonly parse?: ((args: JsonObject) => JsonObject) | undefined;
  /** The id of an approval that the client handed back. */
  readonly approval: string | undefined;
  /** Goes on with the arguments that were decided on; gives the other side's answer. */
  readonly run: (args: JsonObject, isRewritten: boolean) => Promise<AnswerBody>;
  readonly parts: ResultParts;
}

/** What came of it. */
export type Decided =
  | { readonly kind: "answered"; readonly body: AnswerBody }
  | { readonly kind: "denied"; readonly denial: Denial };

/**
 * Decides one call and runs it where it is allowed.
 * @throws what `run` throws.
 */
export async function decide(
  { enforcer, caller, session }: Decider,
  { tool, args, parse, approval, run, parts }: DecidedCall,
  exchange: Exchange,
): Promise<Decided> {
  const { signal } = exchange.abort;
  // Without an id of the call: a client asks anew for what a person has approved meanwhile, with another.
  const surroundings: Surroundings = { session, signal };
  const resumed = approval === undefined ? {} : { approval };
  const reading = parse === undefined ? {} : { arguments: { parse } };
  const call = { ...caller, ...reading, ...surroundings, ...resumed, tool, args };
  const authorization = await authorize(enforcer, call, signal);
  if (authorization.kind !== "allow") return denied(authorization);
  const isRewritten = authorization.decision.args !== undefined;
  try {
    const execution = await enforcer.execute(authorization.permit, {
      name: tool,
      execute: async (decided, { isTransformed }) => {
        exchange.isTransformed = isTransformed;
        const body = await run(decided, isRewritten);
        // What is taken out of results is taken out of failures too.
        if (isTransformed) return body;
        // A tool that failed says so in its result.
        const isFailed = body.result === undefined || body.result["isError"] === true;
        if (isFailed) throw new ErrorAnswer(body);
        return body;
      },
      parts: async (body, transform): Promise<AnswerBody> => {
        if (!exchange.isTransformed) return body;
        return body.result === undefined
          ? { error: await errorParts(body.error, transform) }
          : { result: await parts(body.result, transform) };
      },
      isSignal: (error) => error instanceof ErrorAnswer && error.isSignal,
    });
    return execution.kind === "done"
      ? { kind: "answered", body: execution.result }
      : denied(execution);
  } catch (error) {
    if (error instanceof ErrorAnswer) return { kind: "answered", body: error.body };
    throw error;
  }
}

const urlElicitationRequired = -32_042;

/** The other side's failure on its way through the Enforcer, to which it is a failed call. */
class ErrorAnswer extends Error {
  readonly body: AnswerBody;

  constructor(body: AnswerBody) {
    super("the other side answered with an error");
    this.body = body;
  }

  /** Whether it asks the client's user to go somewhere first, and to call again. */
  get isSignal(): boolean {
    return this.body.error?.["code"] === urlElicitationRequired;
  }
}

// The protocol has no place where a call could wait: the client is told the id, and asks again. The
// Enforcer gives the same record for the same question, with what became of it.
async function authorize(
  enforcer: Enforcer,
  call: Parameters<Enforcer["authorize"]>[0],
  signal: AbortSignal,
): Promise<Authorization> {
  const first = await enforcer.authorize(call);
  if (first.kind !== "approval") return first;
  const { approval } = first;
  if (approval.status === "pending") {
    const asked = await enforcer.ask(approval, signal);
    if (asked?.kind !== "answered") return first;
  }
  return await enforcer.authorize({ ...call, approval: approval.id });
}

function denied(answer: Exclude<Authorization, { readonly kind: "allow" }>): Decided {
  const approval = answer.kind === "approval" ? answer.approval.id : undefined;
  return { kind: "denied", denial: denialOf(answer.decision, approval) };
}
