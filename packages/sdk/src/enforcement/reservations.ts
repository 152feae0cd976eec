import type { Decision, JsonObject } from "@scopeward/core";
import { denyFor, engineDeny, isJsonObject, isPolicyCode } from "@scopeward/core";
import type { LimitedCall, Limiter } from "../limiter.ts";
import { within } from "./deadline.ts";
import { plainJson } from "./plain-json.ts";

const maxBytes = 4_096;

/** What one run has reserved of its limits. */
export class Reservations {
  readonly #limiter: Limiter | undefined;
  readonly #deadlineMs: number;
  #id: string | undefined;

  constructor(limiter: Limiter | undefined, deadlineMs: number) {
    this.#limiter = limiter;
    this.#deadlineMs = deadlineMs;
  }

  /** The deny where there is nothing left, or nobody knows. */
  async reserve(call: LimitedCall): Promise<Decision | undefined> {
    const limiter = this.#limiter;
    if (limiter === undefined) return undefined;
    let isLate = false;
    const waited = await within(this.#deadlineMs, async () => {
      const answer = read(await limiter.reserve(call));
      if (answer?.["kind"] === "reserved" && typeof answer["id"] === "string") {
        this.#id = answer["id"];
        // Nobody waits for it any more, and the tool does not run.
        if (isLate) await this.release();
      }
      return answer;
    });
    isLate = waited.kind === "late";
    if (this.#id !== undefined) return undefined;
    const answer = waited.kind === "done" ? waited.value : undefined;
    if (answer === undefined) return engineDeny("engine:limit_unavailable");
    const { kind, reason } = answer;
    if (kind === "refused" && isJsonObject(reason)) {
      const { code, message } = reason;
      if (typeof code === "string" && isPolicyCode(code)) {
        const text = typeof message === "string" ? { message } : {};
        return denyFor([{ code, ...text }]);
      }
    }
    return engineDeny("engine:limit_unavailable");
  }

  /** The tool ran. What the limiter makes of it changes nothing any more. */
  async settle(): Promise<void> {
    await this.#end((limiter, id) => limiter.settle(id));
  }

  /** The tool did not run. */
  async release(): Promise<void> {
    await this.#end((limiter, id) => limiter.release(id));
  }

  async #end(work: (limiter: Limiter, id: string) => Promise<void>): Promise<void> {
    const limiter = this.#limiter;
    const id = this.#id;
    this.#id = undefined;
    if (limiter !== undefined && id !== undefined) {
      await within(this.#deadlineMs, () => work(limiter, id));
    }
  }
}

function read(answer: unknown): JsonObject | undefined {
  const copy = plainJson(answer, maxBytes);
  return copy.kind === "plain" && isJsonObject(copy.value) ? copy.value : undefined;
}
