import type { JsonObject } from "@scopeward/core";

/** What the catalogue says of the tool whose arguments are read. */
export interface NormaliserTarget {
  readonly tool: string;
  /** The declared type of the resource, such as `dataset`. */
  readonly type: string;
}

/** What a call touches, or why that cannot be said. */
export type Normalised =
  | {
      readonly kind: "resource";
      /** Becomes `resource.id`; what a key's constraint is held against. Not empty. */
      readonly id: string;
      /** Becomes `resource.properties`. */
      readonly properties?: JsonObject;
      /** Becomes `context.facts.<name of the normaliser>`. */
      readonly facts?: JsonObject;
    }
  | {
      readonly kind: "underived";
      /** For the one who asked, such as `reads more than one dataset`; holds no argument's value. */
      readonly detail: string;
    };

/**
 * Reads from a tool's arguments what the call touches (port version 1), for what no JSON pointer can
 * find. The catalogue names it: `"resource": {"type": "dataset", "from": "sql"}`. Synchronous and pure.
 * What it throws, and every answer that is none, is `engine:resource_underived`.
 */
export interface Normaliser {
  /** `[a-z][a-z0-9_-]*`, as `from` names it. */
  readonly name: string;
  /** Resolves once `normalise` can be called; absent where that is always. */
  ready?(): Promise<void>;
  /** @param args - frozen plain JSON, attacker-controlled. */
  normalise(args: JsonObject, target: NormaliserTarget): Normalised;
}
