import type { Action, JsonObject, Phase, Resource } from "@scopeward/core";

/**
 * What a principal wants to do. Who it is, with which key, when and from where is not here: that
 * comes from the principal and the clock.
 */
export interface Call {
  /** `call` where absent. */
  readonly phase?: Phase;
  readonly action: Action;
  readonly resource?: Resource;
  /** The tool's arguments; absent at phase `list`. */
  readonly args?: JsonObject;
  /** What your directory knows of the subject, such as its groups. */
  readonly subjectProperties?: JsonObject;
  readonly session?: string;
  readonly facts?: JsonObject;
}
