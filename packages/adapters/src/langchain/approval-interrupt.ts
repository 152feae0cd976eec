import type { ApprovalNeeded, Enforcer, Surroundings } from "@scopeward/sdk";
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
 * The id of an approval that a call can go on with. In a graph that can be resumed it is what the run is
 * resumed with, whatever that is, and there is none before: LangGraph's interrupt is thrown. Elsewhere it
 * is the question's own id once a person said yes, and undefined as long as nobody did.
 */
export async function approvalFor(
  enforcer: Enforcer,
  needed: ApprovalNeeded,
  target: string,
  { callId, signal }: Surroundings,
): Promise<string | undefined> {
  const { id, status, codes, expiresAt } = needed.approval;
  // Interrupted each time, also when the answer is known: LangGraph counts interrupts, and would give
  // this one's answer to the next, which is the tool's own.
  const handed = await interrupted({
    approval: id,
    target,
    ...(callId === undefined ? {} : { callId }),
    codes,
    expiresAt,
    message: denialOf(needed.decision, id).message,
  });
  if (handed !== undefined) return handed;
  const isAnswered =
    status === "approved" || (await enforcer.ask(needed.approval, signal)) !== undefined;
  return isAnswered ? id : undefined;
}

/** Undefined where nobody could resume the run: outside of a graph, or in one without a checkpointer. */
async function interrupted(value: ApprovalInterrupt): Promise<string | undefined> {
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
