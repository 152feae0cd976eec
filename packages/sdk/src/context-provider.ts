import type { Action, JsonObject, JsonValue, Phase, Resource } from "@scopeward/core";
import type { Principal } from "./principal.ts";

/** What a provider is asked about. */
export interface ContextQuestion {
  readonly phase: Phase;
  readonly principal: Principal;
  /** Absent where one question is for a whole list. */
  readonly action?: Action;
  readonly resource?: Resource;
  /** What the policy sees of the arguments, frozen; absent at phase `list`. */
  readonly args?: JsonObject;
  readonly session?: string;
}

/** What a provider knows. What is no plain JSON, or too large, fails the call. */
export interface ProvidedContext {
  /** Becomes `context.facts.<name of the provider>`. */
  readonly facts?: JsonValue;
  /** Becomes `subject.properties`, over what others said: what a directory knows of the subject. */
  readonly subject?: JsonObject;
}

/**
 * Supplies facts for one request (a PIP, port version 1). Each provider is asked once for each
 * authorization, all at the same time. A provider that rejects, is too late or answers with something
 * else denies the call with `engine:context_failed`: a rule that waits for its facts must not fall silent.
 */
export interface ContextProvider {
  /** `[a-z][a-z0-9_]*`; where its facts are found. */
  readonly name: string;
  /** Milliseconds that an answer may take, 1 to 30,000; 1,000 where absent. */
  readonly deadlineMs?: number;
  /** Bytes that an answer may have as JSON, 1 to 262,144; 16,384 where absent. */
  readonly maxBytes?: number;
  /**
   * @param signal - aborted at the deadline, and when the call is.
   * @returns undefined where it knows nothing of the question.
   */
  provide(
    question: ContextQuestion,
    signal: AbortSignal,
  ): ProvidedContext | undefined | Promise<ProvidedContext | undefined>;
}
