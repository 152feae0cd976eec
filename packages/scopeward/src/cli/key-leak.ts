import type { KeyRecord, Keys } from "@scopeward/keys";
import { printable } from "./formats/pretty.ts";
import { reasonOf } from "./invalid-input.ts";

/** Whether a key that leaked can be used, or why not; the token that leaked may be an older one. */
export type LeakState =
  | "live"
  | "disabled"
  | "revoked"
  | "expired"
  | "not_yet_valid"
  | "parent_inactive"
  | "unknown";

/** What a store knows of a key whose token was found. */
export interface Leak {
  readonly owner?: string;
  readonly state: LeakState;
  readonly live: boolean;
}

/** Looks a key up; undefined where nothing can be known. */
export type FindLeak = (id: string) => Promise<Leak | undefined>;

// A key is five below its root at most; a store that somebody edited may hold a circle.
const mostParents = 8;

/** Looks keys up in a store, each once. A store that cannot be asked is told once, and is no answer. */
export function leakFinder(keys: Keys, tell: (line: string) => void, nowMs: number): FindLeak {
  const leaks = new Map<string, Leak>();
  let isDown = false;
  return async (id) => {
    const known = leaks.get(id);
    if (known !== undefined || isDown) return known;
    try {
      const leak = await readLeak(keys, id, nowMs);
      leaks.set(id, leak);
      return leak;
    } catch (error) {
      isDown = true;
      tell(`the keys cannot be looked up: ${printable(reasonOf(error))}`);
      return undefined;
    }
  };
}

async function readLeak(keys: Keys, id: string, nowMs: number): Promise<Leak> {
  const key = await keys.show(id);
  if (key === undefined) return { state: "unknown", live: false };
  let state = stateOf(key, nowMs);
  let parent = key.parent;
  for (let depth = 0; state === "live" && parent !== undefined; depth++) {
    const above = depth < mostParents ? await keys.show(parent) : undefined;
    if (above === undefined || stateOf(above, nowMs) !== "live") state = "parent_inactive";
    parent = above?.parent;
  }
  return { owner: key.owner, state, live: state === "live" };
}

function stateOf({ status, expiresAt, notBefore }: KeyRecord, nowMs: number): LeakState {
  if (status !== "active") return status;
  if (notBefore !== undefined && Date.parse(notBefore) > nowMs) return "not_yet_valid";
  return expiresAt !== undefined && Date.parse(expiresAt) <= nowMs ? "expired" : "live";
}
