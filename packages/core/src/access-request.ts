import type { JsonObject, JsonValue } from "./json.ts";

/** Who may hold a key: the API's audience, never the JWT claim `aud`. */
export type Audience = "internal" | "external";

/** May this tool be offered (`list`), or may it be called with these arguments (`call`)? */
export type Phase = "list" | "call";

/** A named party: the subject a call is for, an actor in between, an approver. */
export interface Party {
  readonly type: string;
  readonly id: string;
  readonly properties?: JsonObject;
}

/** What of the verified key a policy sees. Scopes and constraints are the effective ones. */
export interface RequestKey {
  readonly id: string;
  readonly audience: Audience;
  readonly scopes: readonly string[];
  readonly constraints?: { readonly [resourceType: string]: JsonValue };
  readonly chain?: readonly { readonly id: string }[];
}

/** The tool (`name` is the tool's) or the model operation (`chat`, `embeddings`) asked for. */
export interface Action {
  readonly type: "tool" | "model";
  readonly name: string;
}

/** What the action touches; for a model call `{type: "model", id}`. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly properties?: JsonObject;
}

/** The stored answer of a person, present only when a call resumes after approval. */
export interface Approval {
  readonly id: string;
  readonly approver: Party;
  readonly codes: readonly string[];
  /** RFC 3339. */
  readonly at: string;
}

/** The surroundings of a call. `time` is RFC 3339 and the only clock a policy has. */
export interface RequestContext {
  readonly time: string;
  readonly ip?: string;
  readonly tenant?: string;
  readonly session?: string;
  readonly facts?: JsonObject;
}

/**
 * What the PDP is asked (contract): this is Rego's `input`. Members that are absent are absent,
 * never null; `args` is absent at phase `list`.
 */
export interface AccessRequest {
  readonly phase: Phase;
  readonly subject: Party;
  readonly actors?: readonly Party[];
  readonly key: RequestKey;
  readonly action: Action;
  readonly resource?: Resource;
  readonly args?: JsonObject;
  readonly approval?: Approval;
  readonly context: RequestContext;
}
