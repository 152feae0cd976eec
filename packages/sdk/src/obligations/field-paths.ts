import { parsePointer } from "@scopeward/core";
import { ObligationError } from "./obligation-error.ts";

// One token of the pointers, with what may follow it.
interface Step {
  readonly next: Map<string, Step>;
  isLast: boolean;
}

/** How far the pointers have come at one place of a value; each may also begin anew there. */
export type Places = ReadonlySet<Step>;

/** JSON pointers that each begin at a value, and again at every object or array inside it. */
export class FieldPaths {
  readonly #root: Step = { next: new Map(), isLast: false };
  readonly #mention: RegExp;

  /** @throws ObligationError `parameters_invalid` for a text that is no pointer to a member. */
  constructor(pointers: readonly string[]) {
    const names = pointers.map((pointer) => this.#add(pointer));
    this.#mention = new RegExp(`["'](?:${names.map(asWritten).join("|")})\\\\*["']\\s*:`, "u");
  }

  /** The places at the value itself. */
  get start(): Places {
    return new Set([this.#root]);
  }

  /** The places at a member of an object; undefined if a pointer names it. */
  member(places: Places, name: string): Places | undefined {
    const further = new Set([this.#root]);
    return this.#advance(places, name, further) ? undefined : further;
  }

  /** The places at an element: an array may stand anywhere between two tokens, or be named by one. */
  element(places: Places, index: number): Places | undefined {
    const further = new Set(places);
    return this.#advance(places, String(index), further) ? undefined : further;
  }

  /** Whether a text that is no JSON seems to have JSON in it with one of the members. */
  isMentionedIn(text: string): boolean {
    return this.#mention.test(text);
  }

  #add(pointer: string): string {
    const tokens = parsePointer(pointer);
    const name = tokens?.at(-1);
    if (tokens === undefined || name === undefined || tokens.includes("-")) {
      throw new ObligationError("parameters_invalid", "a field is no JSON pointer to a member");
    }
    let step = this.#root;
    for (const token of tokens) {
      const next = step.next.get(token) ?? { next: new Map<string, Step>(), isLast: false };
      step.next.set(token, next);
      step = next;
    }
    step.isLast = true;
    return name;
  }

  #advance(places: Places, token: string, further: Set<Step>): boolean {
    for (const place of places) {
      const step = place.next.get(token);
      if (step?.isLast === true) return true;
      if (step !== undefined) further.add(step);
    }
    return false;
  }
}

function asWritten(name: string): string {
  return JSON.stringify(name)
    .slice(1, -1)
    .replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
}
