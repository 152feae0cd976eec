import type { ApprovalNeeded } from "@scopeward/sdk";
import { denialOf } from "@scopeward/sdk";
import { isSignal } from "./tool-run.ts";

/** What a run that waits for a person gives out as the value of its interrupt. Holds no arguments. */
export interface ApprovalInterrupt {
  /** Resume with this: `new Command({ resume: approval })`. It opens nothing by itself. */
  readonly approval: string;
  /** The name of the tool, or of the model. */
  readonly target: string;
  /** The model's own id of the call; absent for a call of a model. */
  readonly callId?: string;
  /** What an answer answers. */
  readonly codes: readonly string[];
  /** RFC 3339, UTC; from then on the call can only be denied. */
  readonly expiresAt: string;
  readonly message: string;
}

/**
 * Parks a call as LangGraph does: throws its interrupt, and gives what the run is resumed with once it
 * is, which can be anything. Undefined where nobody could resume it: outside of a graph, or in one
 * without a checkpointer.
 */
export async function parked(
  needed: ApprovalNeeded,
  target: string,
  callId?: string,
): Promise<string | undefined> {
  const { id, codes, expiresAt } = needed.approval;
  const value: ApprovalInterrupt = {
    approval: id,
    target,
    ...(callId === undefined ? {} : { callId }),
    codes,
    expiresAt,
    message: denialOf(needed.decision, id).message,
  };
  try {
    const { interrupt } = await import("@langchain/langgraph");
    const answer: unknown = interrupt(value);
    // Whatever is no text is no id of an approval: it is refused as one that does not exist.
    return answer === undefined || typeof answer === "string" ? answer : "";
  } catch (error) {
    if (isSignal(error)) throw error;
    return undefined;
  }
}
